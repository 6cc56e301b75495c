import assert from "node:assert/strict";
import { RegistryClient, type RegistryClientOptions } from "../../src/registry/client";
import { sha256 } from "../../src/images/digest";
import { mediaTypes } from "../../src/images/mediaTypes";
import { pushBlob, pushImage } from "../support/push";
import { startDistribution, startZot, type RunningRegistry } from "../support/registry";
import { skipWithout } from "../support/skip";

const password = "a-password:with ünusual$ characters";
const registries = [
  { tool: "docker-registry", start: startDistribution },
  { tool: "zot", start: startZot },
];

async function collect(names: AsyncGenerator<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const name of names) all.push(name);
  return all;
}

for (const { tool, start } of registries) {
  describe(`RegistryClient with ${tool}`, function () {
    let registry: RunningRegistry;
    let client: RegistryClient;
    const clients: RegistryClient[] = [];

    function clientOf(options: Partial<RegistryClientOptions> = {}): RegistryClient {
      const made = new RegistryClient({ url: registry.url, ...options });
      clients.push(made);
      return made;
    }

    before(async function () {
      skipWithout(tool, this);
      registry = await start({ users: { ada: password } });
      client = clientOf({ credentials: { username: "ada", password } });
    });

    after(async () => {
      await Promise.all(clients.map((made) => made.close()));
      await (registry as RunningRegistry | undefined)?.stop();
    });

    it("is known by its account and by no other", async () => {
      await client.ping();
      await assert.rejects(clientOf().ping(), { status: 401, code: "UNAUTHORIZED" });
      const wrong = clientOf({ credentials: { username: "ada", password: "another" } });
      await assert.rejects(wrong.ping(), /credentials were not accepted/);
    });

    it("asks once where the account is known", async () => {
      await registry.quiet();
      const before = registry.requests().length;
      await client.headManifest("nobody/knows", "this");
      await registry.quiet();
      assert.deepEqual(registry.requests().slice(before), [
        { method: "HEAD", path: "/v2/nobody/knows/manifests/this", status: 404 },
      ]);
    });

    it("stores a manifest and reads it back by tag and by digest", async () => {
      const pushed = await pushImage(client, "team/app", "v1");
      const byTag = await client.getManifest("team/app", "v1");
      assert.equal(byTag?.digest, pushed.digest);
      assert.deepEqual(byTag.bytes, pushed.bytes);
      assert.equal(byTag.mediaType, mediaTypes.ociManifest);
      assert.deepEqual(await client.getManifest("team/app", pushed.digest), byTag);
      const head = { mediaType: byTag.mediaType, digest: byTag.digest, size: byTag.size };
      assert.deepEqual(await client.headManifest("team/app", "v1"), head);
      assert.deepEqual(await client.headManifest("team/app", pushed.digest), head);
    });

    it("stores an index of two images by its digest, and a tag for it", async () => {
      const amd64 = await pushImage(client, "team/multi", "amd64", "one");
      const arm64 = await pushImage(client, "team/multi", "arm64", "two");
      const manifests = [amd64, arm64].map(({ digest, bytes }, at) => ({
        mediaType: mediaTypes.ociManifest,
        digest,
        size: bytes.length,
        platform: { os: "linux", architecture: at === 0 ? "amd64" : "arm64" },
      }));
      const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
      const bytes = Buffer.from(JSON.stringify(index));
      const digest = sha256(bytes);
      const type = mediaTypes.ociIndex;
      assert.equal(await client.putManifest("team/multi", digest, bytes, type), digest);
      assert.equal(await client.putManifest("team/multi", "latest", bytes, type), digest);
      const found = await client.getManifest("team/multi", "latest");
      assert.deepEqual(found?.document, index);
    });

    it("finds nothing where there is nothing", async () => {
      const digest = sha256("nothing");
      assert.equal(await client.headManifest("team/none", "v1"), undefined);
      assert.equal(await client.getManifest("team/none", digest), undefined);
      assert.equal(await client.headBlob("team/none", digest), undefined);
      assert.equal(await client.getBlob("team/none", digest), undefined);
      assert.equal(await client.verifyBlob("team/none", digest), undefined);
      assert.equal(await client.deleteManifest("team/none", digest), false);
      await assert.rejects(collect(client.tags("team/none")), {
        status: 404,
        code: "NAME_UNKNOWN",
      });
    });

    it("reads and checks blobs", async () => {
      const bytes = Buffer.alloc(3_000_000, "blob");
      const digest = await pushBlob(client, "team/blobs", bytes);
      const { length: size } = bytes;
      assert.deepEqual(await client.headBlob("team/blobs", digest), { size });
      assert.deepEqual(await client.getBlob("team/blobs", digest), bytes);
      assert.deepEqual(await client.verifyBlob("team/blobs", digest), { size });
      await assert.rejects(client.getBlob("team/blobs", digest, size - 1), /larger than 2999999/);
    });

    it("lists tags and repositories, page by page", async () => {
      const tags = ["a", "b", "c", "d", "e"];
      for (const tag of tags) await pushImage(client, "list/one", tag);
      await pushImage(client, "list/two", "x");
      await pushImage(client, "list/three", "x");
      for (const size of [1, 2, 5, 1000]) {
        const found = await collect(client.tags("list/one", size));
        // Distribution gives all tags on one page, in no order.
        assert.deepEqual(found.sort(), tags);
        const all = await collect(client.catalog(size));
        assert.equal(new Set(all).size, all.length);
        assert.deepEqual(
          all.filter((name) => name.startsWith("list/")),
          ["list/one", "list/three", "list/two"],
        );
      }
    });

    it("deletes by digest, once", async () => {
      const { digest } = await pushImage(client, "team/gone", "v1");
      assert.equal(await client.deleteManifest("team/gone", digest), true);
      assert.equal(await client.deleteManifest("team/gone", digest), false);
      assert.equal(await client.headManifest("team/gone", "v1"), undefined);
    });

    it("tells the registry's own code and message", async () => {
      const layer = { mediaType: mediaTypes.ociLayer, digest: sha256("missing"), size: 7 };
      const config = { ...layer, mediaType: mediaTypes.ociConfig };
      const manifest = { schemaVersion: 2, config, layers: [layer] };
      const bytes = Buffer.from(JSON.stringify(manifest));
      const put = client.putManifest("team/app", "broken", bytes, mediaTypes.ociManifest);
      await assert.rejects(
        put,
        /PUT \/v2\/team\/app\/manifests\/broken at http:\S+: 400 MANIFEST_(INVALID|BLOB_UNKNOWN): \w/,
      );
    });

    it("answers any request, with the server's clock", async () => {
      const answer = await client.request({ method: "GET", path: "/v2/", authenticate: false });
      assert.equal(answer.status, 401);
      const skew = Date.parse(answer.headers["date"] ?? "") - Date.now();
      assert.ok(Math.abs(skew) < 60_000);
    });

    it("serves many at once over a few connections", async () => {
      const names = Array.from({ length: 100 }, (_, at) => `v${at}`);
      const found = await Promise.all(names.map((tag) => client.headManifest("team/app", tag)));
      assert.equal(found.filter((one) => one !== undefined).length, 1);
    });
  });
}
