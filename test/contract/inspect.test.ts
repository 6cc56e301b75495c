import assert from "node:assert/strict";
import { buildIndex } from "../../src/images/imageIndex";
import { mediaTypes } from "../../src/images/mediaTypes";
import { inspectImage } from "../../src/reports/inspect/inspectImage";
import { fleet } from "../cli/fleet";
import { describeEachRegistry } from "../support/eachRegistry";
import { pushImage } from "../support/push";

describeEachRegistry("inspecting an image", (fixture) => {
  it("shows its platform, config, layers and all its tags", async () => {
    const { client } = fixture;
    const pushed = await pushImage(client, "team/one", "1.0");
    await client.putManifest("team/one", "latest", pushed.bytes, mediaTypes.ociManifest);
    await pushImage(client, "team/one", "other", "something else");
    const found = await inspectImage(client, "team/one", "latest");
    assert.equal(found?.digest, pushed.digest);
    assert.deepEqual(found.tags, ["1.0", "latest"]);
    const [image] = found.images;
    assert.equal(image?.platform, "linux/amd64");
    assert.equal(image.config.digest, pushed.config);
    assert.deepEqual(
      image.layers.map(({ digest }) => digest),
      [pushed.layer],
    );
    assert.equal(image.bytes, image.layers[0]?.size);
  });

  it("shows every platform of an index, by tag and by digest", async () => {
    const { client } = fixture;
    const platforms = ["amd64", "arm64"].map((architecture) => ({ os: "linux", architecture }));
    const children = [];
    for (const platform of platforms) {
      const { digest, bytes } = await pushImage(
        client,
        "team/two",
        `1-${platform.architecture}`,
        platform.architecture,
        platform,
      );
      children.push({ mediaType: mediaTypes.ociManifest, digest, size: bytes.length, platform });
    }
    const index = buildIndex(children);
    await client.putManifest("team/two", "1", index.bytes, index.mediaType);
    for (const reference of ["1", index.digest]) {
      const found = await inspectImage(client, "team/two", reference);
      assert.equal(found?.mediaType, mediaTypes.ociIndex);
      assert.deepEqual(
        found.images.map(({ platform, digest }) => ({ platform, digest })),
        children.map(({ platform, digest }) => ({
          platform: `linux/${platform.architecture}`,
          digest,
        })),
      );
      assert.deepEqual([found.tags, found.missing], [["1"], []]);
    }
  });

  it("knows what is not there", async () => {
    assert.equal(await inspectImage(fixture.client, "team/one", "nothing"), undefined);
  });

  it("is a command: 0 with all of it, 1 for what is not there, and never a password", async () => {
    const { url } = fixture.registry;
    const flags = ["--url", url, "--username", "admin", "--password-stdin"];
    const run = (image: string) => fleet(["inspect", image, ...flags], { input: "secret\n" });
    const [found, none] = [await run("team/one"), await run("team/one:nothing")];
    assert.equal(found.code, 0, found.stderr);
    assert.match(found.stdout, /^Tags {6}1\.0, latest$/m);
    assert.match(found.stdout, /^- not looked at: no cluster is named/m);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /has no team\/one nothing/);
    assert.doesNotMatch(`${found.stdout}${none.stderr}`, /secret/);
  });
});
