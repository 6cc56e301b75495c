import assert from "node:assert/strict";
import fc from "fast-check";
import { sha256 } from "../../src/images/digest";
import { mediaTypes } from "../../src/images/mediaTypes";
import { RegistryError } from "../../src/registry/errors";
import { collect, useFakes } from "../support/fakeRegistry";
import { hostileText } from "../support/hostileText";
import { runsOf } from "../support/random";
import { bytes, config, digest, layer, other, sha512 } from "./sampleManifest";

/** An answer of a registry in which something is another than it should be, or all of it is. */
const answers = fc.record({
  status: fc.oneof(
    { weight: 4, arbitrary: fc.constant(200) },
    fc.constantFrom(201, 202, 204, 206, 301, 307, 308, 400, 401, 403, 404, 416, 429, 500, 599),
  ),
  headers: fc.dictionary(
    fc.constantFrom(
      ...["content-type", "docker-content-digest", "link", "location", "retry-after", "date"],
      ...["www-authenticate", "content-encoding", "oci-filters-applied", "docker-upload-uuid"],
    ),
    fc.oneof(
      fc.constantFrom(mediaTypes.ociManifest, mediaTypes.ociIndex, digest, other, sha512, "gzip"),
      fc.constantFrom('</v2/_catalog?last=a>; rel="next"', "</>; rel=next", "<http://[>; rel=next"),
      fc.constantFrom(
        "/v2/",
        "//x",
        "http://127.0.0.1:1/",
        "http://[",
        "Basic realm=x",
        "Bearer realm=x",
      ),
      fc.constantFrom('Bearer realm="http://127.0.0.1:1/t",scope="', "99999999999", "-1", ""),
      // What Node sends at all: Latin-1 without control characters.
      fc.string({ unit: "binary-ascii" }).map((text) => text.replace(/[^\x20-\x7e]/g, "")),
    ),
  ),
  body: fc.oneof(
    fc.constantFrom(bytes, Buffer.alloc(0)),
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
    fc
      .tuple(fc.nat(bytes.length), hostileText, fc.nat(9))
      .map(([at, text, length]) =>
        Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at + length)]),
      ),
    fc
      .record(
        {
          schemaVersion: fc.constantFrom(1, 2, "2"),
          config: fc.oneof(fc.constant(config), fc.jsonValue()),
          layers: fc.oneof(fc.constant([layer]), fc.jsonValue()),
          manifests: fc.oneof(fc.constant([{ ...layer, platform: {} }]), fc.jsonValue()),
          repositories: fc.array(hostileText),
          tags: fc.oneof(fc.array(hostileText), fc.constant(["v1"]), fc.jsonValue()),
          errors: fc.oneof(
            fc.array(fc.record({ code: hostileText, message: hostileText })),
            fc.jsonValue(),
          ),
        },
        { requiredKeys: [] },
      )
      .map((value) => Buffer.from(JSON.stringify(value))),
    fc.uint8Array({ maxLength: 64 }).map((each) => Buffer.from(each)),
  ),
  /** How the body's length is told, and whether it breaks off. */
  length: fc.constantFrom("right", "chunked", "more", "broken"),
});

describe("RegistryClient, whatever it is answered", () => {
  const fakes = useFakes();

  it("gives what it was asked for, or an error that says what was asked, on one line, without end", async () => {
    let answer: (typeof answers extends fc.Arbitrary<infer T> ? T : never) | undefined;
    const server = await fakes.server((request, response) => {
      request.resume();
      if (answer === undefined) return response.destroy();
      const { status, headers, body, length } = answer;
      const size = body.length + (length === "more" ? 5 : 0);
      const told = length === "right" || length === "more" ? { "content-length": size } : {};
      response.writeHead(status, { ...headers, ...told });
      if (request.method === "HEAD" || status === 204) response.end();
      else if (length === "right" || length === "chunked") response.end(body);
      else response.write(body, () => response.destroy());
      return undefined;
    });
    const client = fakes.client(server.url, {
      timeoutMs: 5000,
      credentials: { username: "a", password: "b" },
    });
    const questions: Record<string, () => Promise<unknown>> = {
      ping: () => client.ping(),
      catalog: () => collect(client.catalog()),
      tags: () => collect(client.tags("a")),
      referrers: () => collect(client.referrers("a", digest)),
      headManifest: () => client.headManifest("a", "tag"),
      getManifest: () => client.getManifest("a", "tag"),
      "getManifest by digest": () => client.getManifest("a", digest),
      headBlob: () => client.headBlob("a", digest),
      getBlob: () => client.getBlob("a", digest),
      verifyBlob: () => client.verifyBlob("a", digest),
      putManifest: () => client.putManifest("a", "tag", bytes, mediaTypes.ociManifest),
      putBlob: () => client.putBlob("a", bytes),
      deleteManifest: () => client.deleteManifest("a", digest),
    };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(questions)), answers, async (name, given) => {
        answer = given;
        try {
          const found = await questions[name]?.();
          const { digest: named, bytes: held } = (found ?? {}) as {
            digest?: string;
            bytes?: Buffer;
          };
          if (held !== undefined) assert.ok(named === sha256(held) || named === sha512);
        } catch (error) {
          assert.ok(error instanceof RegistryError, String((error as Error).stack));
          assert.match(error.message, /^(?:GET|HEAD|PUT|POST|PATCH|DELETE) \/|127\.0\.0\.1/);
          assert.doesNotMatch(error.message, /[\p{Cc}\u202E\u2028\u2029]/u);
          assert.ok(error.message.length < 4000);
        }
      }),
      { numRuns: runsOf(200) },
    );
  });
});
