import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { RegistryClient } from "../../src/registry/client";
import { RegistryError } from "../../src/registry/errors";
import { sentinelImage } from "../../src/zot/sentinel";
import { digestOf, fill, smallImage, startBucketZot, type BucketZot } from "../support/bucketZot";
import { collect, useFakes } from "../support/fakeRegistry";

const sentinel = sentinelImage;
const sentinelPath = "/v2/zot-fleet/sentinel/manifests/1";
const absentDigest = `sha256:${"0".repeat(64)}`;
const { manifest, blobs } = smallImage();
const [, layer = Buffer.alloc(0)] = blobs;

/** Every question whose answer may be "there is none", and what that looks like. */
const questions: [
  name: string,
  there: (client: RegistryClient) => Promise<unknown>,
  absent: (client: RegistryClient) => Promise<unknown>,
  none: unknown,
][] = [
  [
    "headManifest",
    (client) => client.headManifest("team/app", "v1"),
    (client) => client.headManifest("team/app", "v2"),
    undefined,
  ],
  [
    "getManifest",
    (client) => client.getManifest("team/app", digestOf(manifest)),
    (client) => client.getManifest("team/other", "v1"),
    undefined,
  ],
  [
    "headBlob",
    (client) => client.headBlob("team/app", digestOf(layer)),
    (client) => client.headBlob("team/app", absentDigest),
    undefined,
  ],
  [
    "getBlob",
    (client) => client.getBlob("team/app", digestOf(layer)),
    (client) => client.getBlob("team/app", absentDigest),
    undefined,
  ],
  [
    "verifyBlob",
    (client) => client.verifyBlob("team/app", digestOf(layer)),
    (client) => client.verifyBlob("team/app", absentDigest),
    undefined,
  ],
  [
    "deleteManifest",
    (client) => client.deleteManifest("team/app", "v1"),
    (client) => client.deleteManifest("team/app", "v2"),
    false,
  ],
  [
    "deleteManifest in a repository that is not there",
    (client) => client.deleteManifest("team/app", "v1"),
    (client) => client.deleteManifest("team/other", "v1"),
    false,
  ],
];

const isAway = (error: unknown) => {
  assert.ok(error instanceof RegistryError, String(error));
  assert.equal(error.reason, "storage");
  assert.equal(error.status, undefined);
  assert.match(error.message, /the storage behind the registry does not answer/);
  return true;
};

describe("a registry with a sentinel", () => {
  const fakes = useFakes();

  async function start(catalog: 500 | "empty" = 500): Promise<[BucketZot, RegistryClient]> {
    const zot = await startBucketZot(fakes, catalog);
    fill(zot, "team/app", "v1", sentinel);
    return [zot, fakes.client(zot.url, { sentinel })];
  }

  for (const [name, there, absent, none] of questions) {
    it(`${name}: finds what is there, asking for nothing more`, async () => {
      const [zot, client] = await start();
      assert.notEqual(await there(client), none);
      assert.equal(zot.seen.length, 1);
    });

    it(`${name}: takes for absent what is asked for again once the sentinel was found`, async () => {
      const [zot, client] = await start();
      assert.equal(await absent(client), none);
      const [first, second, third, ...more] = zot.lines();
      assert.equal(second, `GET ${sentinelPath}`);
      assert.equal(third, first);
      assert.deepEqual(more, []);
    });

    it(`${name}: takes nothing for absent while the storage is away`, async () => {
      const [zot, client] = await start();
      zot.setAway(true);
      await assert.rejects(there(client), isAway);
      await assert.rejects(absent(client), isAway);
      assert.equal(zot.seen.length, 4);
      assert.deepEqual(zot.tags(), ["team/app:v1", sentinel]);
    });

    it(`${name}: finds what is there where the storage came back before the sentinel was asked for`, async () => {
      const [zot, client] = await start();
      zot.setAway(true);
      zot.before((line) => {
        if (line === `GET ${sentinelPath}`) zot.setAway(false);
      });
      assert.notEqual(await there(client), none);
    });

    it(`${name}: takes a 404 for absent without a sentinel, as ever`, async () => {
      const [zot] = await start();
      zot.setAway(true);
      assert.equal(await absent(fakes.client(zot.url)), none);
      assert.equal(zot.seen.length, 1);
    });
  }

  it("names itself, the sentinel and what was asked for", async () => {
    const [zot, client] = await start();
    zot.setAway(true);
    await assert.rejects(client.headManifest("team/app", "v1"), {
      message: `${zot.url}: the storage behind the registry does not answer, or was emptied: it says that even zot-fleet/sentinel:1 is not there, so nothing is known of HEAD /v2/team/app/manifests/v1`,
    });
  });

  it("lists tags once the sentinel was found, and calls no repository absent before", async () => {
    const [zot, client] = await start();
    assert.deepEqual(await collect(client.tags("team/app")), ["v1"]);
    await assert.rejects(collect(client.tags("team/other")), { status: 404, code: "NAME_UNKNOWN" });
    zot.setAway(true);
    await assert.rejects(collect(client.tags("team/app")), isAway);
  });

  it("takes no list for whole, and no empty one for empty, that ended without its storage", async () => {
    const [zot, client] = await start("empty");
    assert.deepEqual(await collect(client.catalog()), ["team/app", "zot-fleet/sentinel"]);
    zot.setAway(true);
    await assert.rejects(collect(client.catalog()), isAway);
    zot.setAway(false);
    zot.before((line) => {
      zot.setAway(line.startsWith("GET /v2/zot-fleet/"));
    });
    await assert.rejects(collect(client.tags("team/app")), isAway);
  });

  it("tells of a storage that fails or hangs when the sentinel is asked for", async () => {
    for (const status of [500, "hangs"] as const) {
      const { url } = await fakes.server((request, response) => {
        if (request.url !== sentinelPath) response.writeHead(404).end();
        else if (status === 500) response.writeHead(500).end();
      });
      const client = fakes.client(url, { sentinel, timeoutMs: 200 });
      await assert.rejects(client.headManifest("team/app", "v1"), isAway);
    }
  });

  it("says nothing of the storage where the sentinel may not be read, or the registry went away", async () => {
    for (const status of [401, 403, 503]) {
      const { url } = await fakes.server((request, response) => {
        response.writeHead(request.url === sentinelPath ? status : 404).end();
      });
      const client = fakes.client(url, { sentinel });
      await assert.rejects(client.headManifest("team/app", "v1"), { reason: "status", status });
    }
  });

  it("has as many questions under way as there are turns, and none waits for itself", async () => {
    const [zot] = await start();
    const client = fakes.client(zot.url, { sentinel, concurrency: 2 });
    const asked = Array.from({ length: 40 }, (_, number) =>
      client.headManifest("team/app", `absent-${number}`),
    );
    assert.deepEqual(new Set(await Promise.all(asked)), new Set([undefined]));
    const looks = zot.lines().filter((line) => line === `GET ${sentinelPath}`).length;
    assert.ok(looks >= 1 && looks < 40, `${looks} looks at the sentinel`);
  });

  it("takes no look for its own that was sent before its question was answered", async () => {
    const held: (() => void)[] = [];
    let looks = 0;
    const { url } = await fakes.server((request, response) => {
      if (request.url !== sentinelPath) {
        response.writeHead(404).end();
        for (const answer of held.splice(0)) answer();
      } else if (looks++ === 0) {
        // Read while the storage was there, and answered after it went away.
        held.push(() => response.end(manifest));
      } else response.writeHead(404).end();
    });
    const client = fakes.client(url, { sentinel });
    const early = client.checkStorage();
    while (looks === 0) await sleep(5);
    await assert.rejects(client.headManifest("team/app", "v1"), isAway);
    await early;
  });

  it("looks at the storage for whoever asks, and asks for nothing where no sentinel is named", async () => {
    const [zot, client] = await start();
    await client.checkStorage();
    assert.deepEqual(zot.lines(), [`GET ${sentinelPath}`]);
    zot.setAway(true);
    await assert.rejects(client.checkStorage(), isAway);
    await fakes.client(zot.url).checkStorage();
    assert.equal(zot.seen.length, 2);
  });

  it("refuses a sentinel that names no tag, before anything is sent", () => {
    for (const wrong of ["zot-fleet/sentinel", "Zot:1", "a:b:c?"])
      assert.throws(
        () => fakes.client("http://127.0.0.1:1", { sentinel: wrong }),
        / has no tag|is not a /,
      );
  });
});
