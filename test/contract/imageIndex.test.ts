import assert from "node:assert/strict";
import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { on, once } from "node:events";
import { promisify } from "node:util";
import semver from "semver";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { sha256 } from "../../src/images/digest";
import { buildIndex, type IndexChild } from "../../src/images/imageIndex";
import { acceptManifests } from "../../src/images/mediaTypes";
import { platformOfConfig } from "../../src/images/platform";
import { useScratch } from "../images/scratch";

const run = promisify(execFile);
const output = (tool: string, ...args: string[]) =>
  spawnSync(tool, args, { encoding: "utf8" }).stdout as string | null;
const craneVersion = semver.coerce(output("crane", "version"));
const tools = craneVersion !== null && output("skopeo", "--version") !== null;

/** From 0.22.1 on crane gives each child of an index the media type of its config as `artifactType`; before, none. */
const likeThisCrane = (index: string) =>
  craneVersion && semver.lt(craneVersion, "0.22.1")
    ? index.replace(/,"artifactType":"[^"]*"/g, "")
    : index;

(tools ? describe : describe.skip)(
  `buildIndex and crane ${craneVersion?.version ?? ""} index append`,
  () => {
    const scratch = useScratch();
    let registry: ChildProcess;
    let host: string;

    before(async () => {
      registry = spawn("crane", ["registry", "serve", "--address", "127.0.0.1:0"], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      assert.ok(registry.stderr);
      let text = "";
      for await (const [chunk] of on(registry.stderr, "data")) {
        text += String(chunk);
        const port = /serving on port (\d+)/.exec(text)?.[1];
        if (port === undefined) continue;
        host = `127.0.0.1:${port}`;
        break;
      }
    });
    after(async () => {
      registry.kill();
      if (registry.exitCode === null) await once(registry, "exit");
    });

    const get = async (path: string) => {
      const response = await fetch(`http://${host}/v2/app/${path}`, {
        headers: { accept: acceptManifests },
      });
      const mediaType = response.headers.get("content-type") ?? "";
      return { mediaType, bytes: Buffer.from(await response.arrayBuffer()) };
    };

    async function child(tag: string): Promise<IndexChild> {
      const { mediaType, bytes } = await get(`manifests/${tag}`);
      const manifest = JSON.parse(bytes.toString()) as { config: { digest: string } };
      const config = await get(`blobs/${manifest.config.digest}`);
      return {
        mediaType,
        digest: sha256(bytes),
        size: bytes.length,
        platform: platformOfConfig(config.bytes),
      };
    }

    const skopeo = (archive: string, tag: string) =>
      run("skopeo", [
        ...["copy", "--quiet", "--insecure-policy", "--format", "oci", "--dest-tls-verify=false"],
        ...[`docker-archive:${archive}`, `docker://${host}/app:${tag}`],
      ]);
    const crane = (archive: string, tag: string) =>
      run("crane", ["push", "--insecure", archive, `${host}/app:${tag}`]);

    for (const [name, push] of [
      ["OCI images that skopeo pushed", skopeo],
      ["Docker images that crane pushed", crane],
    ] as const) {
      it(`give the same bytes for ${name}`, async () => {
        const tags: string[] = [];
        for (const platform of ["linux/arm64", "linux/amd64", "linux/arm/v6"]) {
          const tag = `1-${platform.replaceAll("/", "-")}`;
          await writeDemoArchive(scratch("image.tar"), { platform, repoTag: "app:1" });
          await push(scratch("image.tar"), tag);
          tags.push(tag);
        }
        const children = tags.flatMap((tag) => ["-m", `${host}/app:${tag}`]);
        await run("crane", ["index", "append", "--insecure", ...children, "-t", `${host}/app:1`]);
        const theirs = await get("manifests/1");
        const ours = buildIndex(await Promise.all(tags.map(child)));
        assert.equal(likeThisCrane(ours.bytes.toString()), theirs.bytes.toString());
        assert.equal(ours.mediaType, theirs.mediaType);
      });
    }
  },
);
