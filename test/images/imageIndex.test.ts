import assert from "node:assert/strict";
import fc from "fast-check";
import { sha256 } from "../../src/images/digest";
import { buildIndex, type IndexChild } from "../../src/images/imageIndex";
import { mediaTypes } from "../../src/images/mediaTypes";

const child = (architecture: string, more: Partial<IndexChild> = {}): IndexChild => ({
  mediaType: mediaTypes.ociManifest,
  digest: sha256(architecture),
  size: 400,
  platform: { os: "linux", architecture },
  ...more,
});

describe("buildIndex", () => {
  it("writes compact JSON in Go's order, as crane 0.22.1 does", () => {
    const { bytes, mediaType, digest } = buildIndex([
      child("amd64"),
      child("arm64", { platform: { os: "linux", architecture: "arm64", variant: "v8" } }),
    ]);
    const manifest =
      '{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":400,"digest":';
    const type = '"artifactType":"application/vnd.oci.image.config.v1+json"}';
    assert.equal(
      bytes.toString(),
      '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[' +
        `${manifest}"${sha256("amd64")}","platform":{"architecture":"amd64","os":"linux"},${type},` +
        `${manifest}"${sha256("arm64")}","platform":{"architecture":"arm64","os":"linux","variant":"v8"},${type}]}`,
    );
    assert.equal(mediaType, mediaTypes.ociIndex);
    assert.equal(digest, sha256(bytes));
  });

  it("keeps Docker manifests as what they are, in an OCI index", () => {
    const index = buildIndex([child("amd64", { mediaType: mediaTypes.dockerManifest })]);
    assert.equal(index.mediaType, mediaTypes.ociIndex);
    const { manifests } = JSON.parse(index.bytes.toString()) as { manifests: IndexChild[] };
    assert.equal(manifests[0]?.mediaType, mediaTypes.dockerManifest);
    assert.equal(manifests[0].artifactType, mediaTypes.dockerConfig);
  });

  it("leaves out a platform that the config does not state", () => {
    const text = buildIndex([
      child("", { platform: { os: "", architecture: "" } }),
    ]).bytes.toString();
    assert.ok(!text.includes("platform"), text);
  });

  it("writes Windows versions and annotations where Go has them", () => {
    const platform = {
      os: "windows",
      architecture: "amd64",
      "os.version": "10.0",
      "os.features": ["win32k"],
      variant: "v2",
    };
    const text = buildIndex([
      child("amd64", { platform, annotations: { b: "<&>", a: "\u2028" } }),
    ]).bytes.toString();
    assert.ok(
      text.includes(
        '"annotations":{"a":"\\u2028","b":"\\u003c\\u0026\\u003e"},"platform":{"architecture":"amd64","os":"windows",' +
          '"os.version":"10.0","os.features":["win32k"],"variant":"v2"},"artifactType":',
      ),
      text,
    );
  });

  it("depends on the order of its children and on nothing else", () => {
    const some = fc.uniqueArray(fc.constantFrom("amd64", "arm64", "arm", "386", "s390x"), {
      minLength: 2,
    });
    fc.assert(
      fc.property(some, (names) => {
        const children = names.map((name) => child(name));
        assert.equal(buildIndex(children).digest, buildIndex(structuredClone(children)).digest);
        assert.notEqual(buildIndex(children).digest, buildIndex([...children].reverse()).digest);
      }),
    );
  });
});
