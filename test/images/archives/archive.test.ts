import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { readArchive } from "../../../src/images/archives/archive";
import { writeDockerArchive } from "../../../src/images/archives/archiveWriter";
import { writeDemoArchive } from "../../../src/images/archives/demoArchive";
import { sha256 } from "../../../src/images/digest";
import { contentOf, TarWriter } from "../../../src/images/archives/tarWriter";
import { useScratch, writeHoles, writeTar } from "../scratch";

const diffId = (name: string) => sha256(name);
const configOf = (...layers: string[]) =>
  JSON.stringify({
    os: "linux",
    architecture: "amd64",
    rootfs: { type: "layers", diff_ids: layers.map(diffId) },
  });
const hex = (text: string) => sha256(text).slice("sha256:".length);
const manifest = (config: string, layers: string[], repoTags: string[] | null = ["a/b:1"]) =>
  JSON.stringify([{ Config: config, RepoTags: repoTags, Layers: layers }]);

describe("readArchive", () => {
  const scratch = useScratch();

  it("reads an archive as skopeo writes it", async () => {
    const path = scratch("demo.tar");
    const written = await writeDemoArchive(path, {
      platform: "linux/arm/v6",
      repoTag: "demo/hello:1",
      env: ["A=1"],
      sizeBytes: 1000,
      layers: 2,
    });
    const archive = await readArchive(path);
    assert.equal(archive.path, path);
    assert.equal(archive.compressed, false);
    assert.equal(archive.imageId, written.imageId);
    assert.deepEqual(archive.repoTags, ["demo/hello:1"]);
    assert.deepEqual(archive.platform, { os: "linux", architecture: "arm", variant: "v6" });
    assert.equal(sha256(archive.config), archive.imageId);
    assert.deepEqual(archive.diffIds, written.diffIds);
    assert.deepEqual(
      archive.layers,
      written.diffIds.map((id) => ({ name: `${id.slice("sha256:".length)}.tar`, size: 2048 })),
    );
  });

  it("reads the same from a gzipped archive", async () => {
    const path = scratch("packed.tar.gz");
    await writeDemoArchive(scratch("plain.tar"), { platform: "linux/amd64", repoTag: "a:1" });
    await writeFile(path, gzipSync(await readFile(scratch("plain.tar"))));
    const plain = await readArchive(scratch("plain.tar"));
    assert.deepEqual(await readArchive(path), { ...plain, path, compressed: true });
  });

  it("reads what docker save wrote before Docker 25, with a layer that links to another", async () => {
    const path = scratch("legacy.tar");
    const config = configOf("one", "two", "one");
    const tar = await TarWriter.create(path);
    await tar.add(contentOf("layer one"), () => "aa/layer.tar");
    await tar.add(contentOf("1.0"), () => "aa/VERSION");
    await tar.add(contentOf("layer two!"), () => "bb/layer.tar");
    await tar.addLink("cc/layer.tar", "../aa/layer.tar");
    await tar.add(contentOf(config), () => `${hex(config)}.json`);
    const layers = ["aa/layer.tar", "bb/layer.tar", "cc/layer.tar"];
    await tar.add(contentOf(manifest(`${hex(config)}.json`, layers)), () => "manifest.json");
    await tar.add(contentOf("{}"), () => "repositories");
    await tar.end();
    const archive = await readArchive(path);
    assert.equal(archive.imageId, sha256(config));
    assert.deepEqual(
      archive.layers.map(({ size }) => size),
      [9, 10, 9],
    );
  });

  it("reads what docker save writes from Docker 25 on, an OCI layout with a manifest.json", async () => {
    const config = configOf("one");
    const path = await writeTar(scratch("docker25.tar"), {
      [`blobs/sha256/${hex("layer")}`]: "layer",
      [`blobs/sha256/${hex(config)}`]: config,
      "index.json": '{"schemaVersion":2,"manifests":[]}',
      "manifest.json": manifest(`blobs/sha256/${hex(config)}`, [`blobs/sha256/${hex("layer")}`]),
      "oci-layout": '{"imageLayoutVersion": "1.0.0"}',
      repositories: "{}",
    });
    assert.equal((await readArchive(path)).imageId, sha256(config));
  });

  it("takes entries by their cleaned name, and the first of two", async () => {
    const config = configOf("one");
    const path = scratch("names.tar");
    const tar = await TarWriter.create(path);
    await tar.add(
      contentOf(manifest("./config.json", ["x/../one.tar"], null)),
      () => "./manifest.json",
    );
    await tar.add(contentOf("[]"), () => "manifest.json");
    await tar.add(contentOf(config), () => "config.json");
    await tar.add(contentOf("layer"), () => "./one.tar");
    await tar.end();
    const archive = await readArchive(path);
    assert.deepEqual(archive.repoTags, []);
    assert.deepEqual(archive.layers, [{ name: "x/../one.tar", size: 5 }]);
  });

  it("reads an image without layers", async () => {
    const path = scratch("scratch.tar");
    const config = () => ({
      os: "linux",
      architecture: "amd64",
      rootfs: { type: "layers", diff_ids: null },
    });
    await writeDockerArchive(path, { layers: [], repoTags: [], config });
    assert.deepEqual((await readArchive(path)).layers, []);
  });

  describe("refuses", () => {
    const config = configOf("one");
    const refused = async (files: Record<string, string>, message: RegExp) => {
      const path = await writeTar(scratch("bad.tar"), files);
      await assert.rejects(readArchive(path), { name: "ArchiveError", path, message });
    };

    it("a file that is not there, with the commands that make one", async () => {
      await assert.rejects(
        readArchive(scratch("none.tar")),
        /none\.tar: found no such file; wanted a docker-archive of one image, as "docker save -o <file> <image>" or "skopeo copy/,
      );
    });

    it("other tars", async () => {
      await refused({}, /found an empty tar/);
      await refused(
        { "etc/passwd": "", "bin/sh": "", "lib/x": "", "usr/y": "" },
        /found a tar without manifest\.json \(its first entries: etc\/passwd, bin\/sh, lib\/x\)/,
      );
      await refused(
        { "oci-layout": "{}", "index.json": "{}" },
        /found an OCI layout without manifest\.json \("skopeo copy oci-archive:/,
      );
    });

    it("a manifest.json that is none", async () => {
      await refused({ "manifest.json": "{" }, /manifest\.json is not JSON/);
      await refused(
        { "manifest.json": "{}" },
        /manifest\.json that is none \(manifest\.json is object; wanted an array/,
      );
      await refused(
        { "manifest.json": '[{"Layers":[]}]' },
        /manifest\.json that is none \(.*Config/,
      );
    });

    it("no image and several images, by name", async () => {
      await refused(
        { "manifest.json": "[]" },
        /found no image; wanted a docker-archive of one image/,
      );
      const two = [
        { Config: "a.json", RepoTags: ["a:1", "a:2"], Layers: [] },
        { Config: "b.json", RepoTags: null, Layers: [] },
      ];
      await refused({ "manifest.json": JSON.stringify(two) }, /found 2 images \(a:1, b\.json\)/);
    });

    it("a config that is missing, or is none", async () => {
      const named = { "manifest.json": manifest("c.json", []) };
      await refused(named, /found a manifest\.json that names c\.json, and no such entry/);
      await refused({ ...named, "c.json": "text" }, /found no image config: .*not JSON/);
      await refused(
        { ...named, "c.json": "[]" },
        /found no image config: image config is an array; wanted an object/,
      );
      await refused(
        { ...named, "c.json": '{"os":"linux","architecture":"amd64"}' },
        /c\.json has no rootfs/,
      );
      await refused({ ...named, "c.json": '{"rootfs":{}}' }, /c\.json names no platform/);
      await refused(
        { ...named, "c.json": `{${" ".repeat(5e6)}}` },
        /found c\.json of 5000002 bytes; wanted at most/,
      );
    });

    it("a config that is not what its name promises", async () => {
      const name = `${hex("another")}.json`;
      const message = new RegExp(`found a config of ${sha256(config)} under the name ${name}`);
      await refused({ "manifest.json": manifest(name, ["l"]), [name]: config, l: "" }, message);
    });

    it("layers that are missing, too many, or two in one file", async () => {
      await refused(
        { "manifest.json": manifest("c.json", ["l.tar"]), "c.json": config },
        /found no content for l\.tar, named in manifest\.json/,
      );
      await refused(
        {
          "manifest.json": manifest("c.json", ["l.tar", "m.tar"]),
          "c.json": config,
          "l.tar": "",
          "m.tar": "",
        },
        /found 2 layers in manifest\.json and 1 diff_ids in the config/,
      );
      await refused(
        {
          "manifest.json": manifest("c.json", ["l.tar", "./l.tar"]),
          "c.json": configOf("one", "two"),
          "l.tar": "",
        },
        /found \.\/l\.tar as the layer sha256:\w+ and as sha256:\w+/,
      );
    });

    it("a link to nothing", async () => {
      const path = scratch("dangling.tar");
      const tar = await TarWriter.create(path);
      await tar.addLink("l.tar", "../gone/layer.tar");
      await tar.add(contentOf(config), () => "c.json");
      await tar.add(contentOf(manifest("c.json", ["l.tar"])), () => "manifest.json");
      await tar.end();
      await assert.rejects(readArchive(path), /found no content for l\.tar/);
    });

    it("an archive that is cut off in a layer", async () => {
      const path = await writeHoles(scratch("cut.tar"), { "layer.tar": 100_000 });
      await writeFile(path, (await readFile(path)).subarray(0, 50_000));
      await assert.rejects(
        readArchive(path),
        /cut off: its entry layer\.tar ends at byte 100512, the tar at byte 50000; wanted a docker-archive/,
      );
    });
  });
});
