import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { promisify } from "node:util";
import fc from "fast-check";
import { readArchive } from "../../src/images/archives/archive";
import { writeDockerArchive } from "../../src/images/archives/archiveWriter";
import { canonicalConfig } from "../../src/images/imageConfig";
import { contentOf, tarOf, TarWriter } from "../../src/images/archives/tarWriter";
import { dockerConfig, dockerOnly, dockerOnlyRun, identity } from "../images/arbitraryConfig";
import { useScratch } from "../images/scratch";
import { runsOf } from "../support/random";

const run = promisify(execFile);
const skopeo = spawnSync("skopeo", ["--version"]).status === 0;

(skopeo ? describe : describe.skip)("canonicalConfig and skopeo", () => {
  const scratch = useScratch();
  let count = 0;

  /** Copies an archive into an OCI layout, as a push does, and returns the config that is there then. */
  async function converted(archive: string): Promise<string> {
    const folder = scratch(`oci-${count++}`);
    await run("skopeo", [
      "copy",
      "--quiet",
      "--insecure-policy",
      "--format",
      "oci",
      `docker-archive:${archive}`,
      `oci:${folder}:t`,
    ]);
    const blob = (digest: string) =>
      readFileSync(`${folder}/blobs/${digest.replace(":", "/")}`, "utf8");
    const index = JSON.parse(readFileSync(`${folder}/index.json`, "utf8")) as {
      manifests: [{ digest: string }];
    };
    const manifest = JSON.parse(blob(index.manifests[0].digest)) as { config: { digest: string } };
    const config = blob(manifest.config.digest);
    rmSync(folder, { recursive: true });
    return config;
  }

  const layer = (text: string) => tarOf([["etc/text", contentOf(text)]]);

  it("agree on what an image is, for any config", async () => {
    await fc.assert(
      fc.asyncProperty(identity, dockerOnly, dockerOnlyRun, async (of, outer, inner) => {
        const path = scratch("image.tar");
        await writeDockerArchive(path, {
          layers: [layer("one"), layer("two")],
          repoTags: ["a:1"],
          config: (diffIds) => dockerConfig(of, diffIds, outer, inner),
        });
        const canonical = canonicalConfig((await readArchive(path)).config);
        const there = await converted(path);
        assert.equal(canonicalConfig(there), canonical);
        // Nothing that skopeo keeps is lost, so no two images are taken for one that skopeo tells apart.
        const kept = JSON.parse(there) as { config: { ArgsEscaped?: boolean } };
        delete kept.config.ArgsEscaped;
        assert.deepEqual(JSON.parse(canonical), kept);
      }),
      { numRuns: runsOf(30) },
    );
  });

  it("drop a healthcheck, a shell and onbuild triggers, which are no part of the identity", async () => {
    const path = scratch("dropped.tar");
    await writeDockerArchive(path, {
      layers: [layer("one")],
      repoTags: [],
      config: (diffIds) => ({
        os: "linux",
        architecture: "amd64",
        docker_version: "20.10.7",
        container_config: { Hostname: "c0ffee" },
        config: {
          Env: ["A=1"],
          Healthcheck: { Test: ["CMD", "true"] },
          Shell: ["/bin/bash"],
          OnBuild: ["RUN x"],
        },
        rootfs: { type: "layers", diff_ids: diffIds },
      }),
    });
    const there = JSON.parse(await converted(path)) as Record<string, unknown>;
    assert.deepEqual(Object.keys(there), ["architecture", "os", "config", "rootfs"]);
    assert.deepEqual(there["config"], { Env: ["A=1"] });
  });

  it("read an archive alike that was written by skopeo itself", async () => {
    const [first, second] = [scratch("first.tar"), scratch("second.tar")];
    const image = (diffIds: string[]) => ({
      os: "linux",
      architecture: "arm64",
      rootfs: { type: "layers", diff_ids: diffIds },
    });
    await writeDockerArchive(first, {
      layers: [layer("a"), layer("b")],
      repoTags: ["a/b:1"],
      config: image,
    });
    await run("skopeo", [
      "copy",
      "--quiet",
      "--insecure-policy",
      `docker-archive:${first}`,
      `docker-archive:${second}:a/b:1`,
    ]);
    const [one, two] = [await readArchive(first), await readArchive(second)];
    assert.equal(two.imageId, one.imageId);
    assert.deepEqual(two.diffIds, one.diffIds);
    assert.deepEqual(
      two.layers.map(({ size }) => size),
      one.layers.map(({ size }) => size),
    );
    assert.deepEqual(two.repoTags, ["docker.io/a/b:1"]);
  });

  it("take the same layer twice, the second as a link, as old Docker saved it", async () => {
    const path = scratch("links.tar");
    const tar = await TarWriter.create(path);
    const hex = await tar.add(layer("one"), (name) => `${name}/layer.tar`);
    await tar.addLink("copy/layer.tar", `../${hex}/layer.tar`);
    const diffIds = [`sha256:${hex}`, `sha256:${hex}`];
    const config = {
      os: "linux",
      architecture: "amd64",
      rootfs: { type: "layers", diff_ids: diffIds },
    };
    const id = await tar.add(contentOf(JSON.stringify(config)), (name) => `${name}.json`);
    const manifest = [
      { Config: `${id}.json`, RepoTags: null, Layers: [`${hex}/layer.tar`, "copy/layer.tar"] },
    ];
    await tar.add(contentOf(JSON.stringify(manifest)), () => "manifest.json");
    await tar.end();
    const archive = await readArchive(path);
    assert.equal(archive.layers[0]?.size, archive.layers[1]?.size);
    assert.equal(canonicalConfig(await converted(path)), canonicalConfig(archive.config));
  });
});
