import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { sha256 } from "../../src/images/digest";
import { isIndex } from "../../src/images/manifest";
import { mediaTypes } from "../../src/images/mediaTypes";
import { useFakes } from "../support/fakeRegistry";
import { bytes, config, digest, layer, manifest, other, sha512 } from "./sampleManifest";

/** Answers everything with these bytes under these headers. */
function always(
  body: Buffer | string,
  headers: Record<string, string> = {},
  type: string = mediaTypes.ociManifest,
): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { "content-type": type, ...headers }).end(body);
  };
}

describe("RegistryClient.getManifest", () => {
  const fakes = useFakes();

  it("gives bytes, document and a digest of its own, when the registry names none", async () => {
    const server = await fakes.server(always(bytes));
    const found = await fakes.client(server.url).getManifest("a", "tag");
    assert.deepEqual(found, {
      mediaType: mediaTypes.ociManifest,
      digest,
      size: bytes.length,
      bytes,
      document: manifest,
    });
    assert.ok(!isIndex(found.document));
    assert.equal(
      server.seen[0]?.headers.accept,
      "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, " +
        "application/vnd.docker.distribution.manifest.list.v2+json, " +
        "application/vnd.docker.distribution.manifest.v2+json",
    );
  });

  it("checks SHA-512, too", async () => {
    const server = await fakes.server(always(bytes, { "docker-content-digest": sha512 }));
    const client = fakes.client(server.url);
    assert.equal((await client.getManifest("a", "tag"))?.digest, sha512);
    assert.equal((await client.getManifest("a", sha512))?.digest, sha512);
    await assert.rejects(client.getManifest("a", sha512.replace(/.$/, "g")), /neither a tag/);
    const wrong = sha512.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    await assert.rejects(client.getManifest("a", wrong), /have the digest sha512:/);
  });

  it("refuses other bytes than those asked for", async () => {
    const server = await fakes.server(always(bytes));
    await assert.rejects(fakes.client(server.url).getManifest("a", other), {
      reason: "answer",
      message: new RegExp(`the bytes have the digest ${digest}, not ${other}$`),
    });
  });

  it("refuses other bytes than the registry names", async () => {
    const server = await fakes.server(always(bytes, { "docker-content-digest": other }));
    const client = fakes.client(server.url);
    await assert.rejects(client.getManifest("a", "tag"), new RegExp(`not ${other}$`));
    await assert.rejects(client.getManifest("a", digest), new RegExp(`not ${other}$`));
  });

  const broken: [string, string | object, string, RegExp][] = [
    ["no JSON", "<html>", mediaTypes.ociManifest, /: the manifest is not JSON$/],
    ["no object", "[]", mediaTypes.ociManifest, /expected record/],
    [
      "no layers",
      { schemaVersion: 2, config },
      mediaTypes.ociManifest,
      /: layers: .*expected array/,
    ],
    [
      "a wrong digest",
      { ...manifest, layers: [{ ...layer, digest: "md5:1" }] },
      mediaTypes.ociManifest,
      /: layers\[0\]\.digest: not a sha256 or sha512 digest$/,
    ],
    [
      "a negative size",
      { ...manifest, config: { ...config, size: -1 } },
      mediaTypes.ociManifest,
      /config\.size: /,
    ],
    [
      "schema 1",
      { schemaVersion: 1 },
      "application/vnd.docker.distribution.manifest.v1+json",
      /"application\/\S+v1\+json" is not the media type of a manifest/,
    ],
    [
      "another name for itself",
      manifest,
      mediaTypes.ociIndex,
      /calls itself \S+manifest\.v1\+json, the registry calls it \S+index/,
    ],
    [
      "two things at once",
      { ...manifest, manifests: [] },
      mediaTypes.ociManifest,
      /two things at once/,
    ],
    ["a page", "<html>", "text/html; charset=utf-8", /not JSON/],
  ];
  for (const [name, body, type, message] of broken) {
    it(`refuses ${name}`, async () => {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const server = await fakes.server(always(text, {}, type));
      await assert.rejects(fakes.client(server.url).getManifest("a", "tag"), {
        name: "RegistryError",
        reason: "answer",
        message,
      });
    });
  }

  it("believes the document where the registry has no name for it", async () => {
    const server = await fakes.server(always(bytes, {}, "application/json"));
    const found = await fakes.client(server.url).getManifest("a", "tag");
    assert.equal(found?.mediaType, mediaTypes.ociManifest);
  });

  it("refuses more than 4 MiB, and stops reading", async () => {
    let written = 0;
    const server = await fakes.server((_request, response) => {
      const more = (): void => {
        if (response.destroyed) return;
        written++;
        response.write(Buffer.alloc(1024 * 1024, " "), more);
      };
      more();
    });
    await assert.rejects(fakes.client(server.url).getManifest("a", "tag"), /larger than 4194304/);
    assert.ok(written < 50);
  });
});

describe("RegistryClient.headManifest", () => {
  const fakes = useFakes();
  const size = bytes.length;
  const expected = { mediaType: mediaTypes.ociManifest, digest, size };

  it("asks once where the registry says all", async () => {
    const headers = { "docker-content-digest": digest, "content-length": String(size) };
    const server = await fakes.server(always(bytes, headers));
    assert.deepEqual(await fakes.client(server.url).headManifest("a", "tag"), expected);
    assert.deepEqual(server.lines(), ["HEAD /v2/a/manifests/tag"]);
  });

  it("reads the manifest where the registry names no digest", async () => {
    const server = await fakes.server(always(bytes));
    assert.deepEqual(await fakes.client(server.url).headManifest("a", "tag"), expected);
    assert.deepEqual(server.lines(), ["HEAD /v2/a/manifests/tag", "GET /v2/a/manifests/tag"]);
  });

  it("refuses another digest than the one asked for, and what is no digest", async () => {
    for (const named of [other, "sha256:nothing"]) {
      const headers = { "docker-content-digest": named, "content-length": String(size) };
      const server = await fakes.server(always(bytes, headers));
      await assert.rejects(fakes.client(server.url).headManifest("a", digest), {
        reason: "answer",
      });
    }
  });
});

describe("RegistryClient.putManifest", () => {
  const fakes = useFakes();
  const type = mediaTypes.ociManifest;

  it("refuses bytes of another digest before anything is sent", async () => {
    const server = await fakes.server(always(""));
    const client = fakes.client(server.url);
    await assert.rejects(client.putManifest("a", other, bytes, type), /does not have the digest/);
    assert.equal(server.seen.length, 0);
  });

  it("refuses a registry that stored something else", async () => {
    const server = await fakes.server(always("", { "docker-content-digest": other }));
    await assert.rejects(fakes.client(server.url).putManifest("a", "tag", bytes, type), {
      reason: "answer",
    });
  });
});

describe("RegistryClient, blobs", () => {
  const fakes = useFakes();

  it("refuses a blob with another digest", async () => {
    const server = await fakes.server(always("other bytes"));
    const client = fakes.client(server.url);
    const message = new RegExp(`the digest ${sha256("other bytes")}`);
    await assert.rejects(client.getBlob("a", digest), message);
    await assert.rejects(client.verifyBlob("a", digest), message);
  });

  it("says that a size is missing", async () => {
    const server = await fakes.server((_request, response) => {
      response.writeHead(200, { "transfer-encoding": "chunked" }).end();
    });
    await assert.rejects(fakes.client(server.url).headBlob("a", digest), /no size/);
  });
});

describe("RegistryClient, arguments", () => {
  const fakes = useFakes();

  it("never become another path", async () => {
    const client = fakes.client("http://127.0.0.1:1");
    for (const name of ["../x", "a/../b", "a?b", "a#b", "a%2fb", "A", ""]) {
      assert.throws(() => client.tags(name), /is not a repository/);
      await assert.rejects(async () => client.getManifest(name, "tag"), /is not a repository/);
    }
    await assert.rejects(async () => client.getBlob("a", "latest"), /"latest" is not a digest/);
    await assert.rejects(client.request({ method: "GET", path: "@evil.example/" }), /not a path/);
    await assert.rejects(client.request({ method: "GET", path: ".evil.example/" }), /not a path/);
  });
});
