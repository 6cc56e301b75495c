import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { pushLayers, type LoadImage } from "../../support/load/images";
import { readAll } from "../../support/load/reading";
import { Refused, Way } from "../../support/load/way";
import { prefix, startReplicas, users, type Replicas } from "../../support/replicas";
import { isSkipped } from "../../support/skip";

const credentials = { username: "admin", password: users.admin };

describe("two zots over one bucket, while it or Redis is away", function () {
  this.timeout(180_000);
  let replicas: Replicas;
  const images: LoadImage[] = [];
  let apiKey = "";

  before(async function () {
    replicas = await startReplicas(this);
    const way = new Way({ url: replicas.url }, credentials, true);
    const shared = Buffer.alloc(200_000, "shared");
    for (const repository of ["team/app", "team/app/worker", "team/app/worker/deep", "flat"])
      for (const tag of ["1", "2"])
        images.push(
          await pushLayers(way, repository, tag, [shared, Buffer.from(repository + tag)]),
        );
    way.close();
  });

  after(async function () {
    if (!isSkipped(this)) await replicas.stop();
  });

  /** Sees through each of them that everything is whole. */
  async function whole(): Promise<void> {
    for (const { url } of replicas.zots) {
      const reading = await readAll({ url }, credentials, images);
      assert.deepEqual([reading.missing, reading.different], [[], []]);
      assert.equal(reading.images, images.length);
    }
  }

  /** The statuses that a manifest's request is answered with by both. */
  async function statuses(): Promise<number[]> {
    return Promise.all(
      replicas.zots.map(async ({ url }) => {
        const way = new Way({ url }, credentials, false);
        const path = "/v2/team/app/manifests/1";
        try {
          const answer = await way.ask("GET", path, 200);
          answer.resume();
          return 200;
        } catch (error) {
          assert.ok(error instanceof Refused, String(error));
          return error.status;
        } finally {
          way.close();
        }
      }),
    );
  }

  /** Whether the API key that was made is known. */
  async function opens(url: string): Promise<boolean> {
    const way = new Way({ url }, { username: "admin", password: apiKey }, false);
    try {
      (await way.ask("GET", "/v2/", 200)).resume();
      return true;
    } catch (error) {
      assert.ok(error instanceof Refused && error.status === 401, String(error));
      return false;
    } finally {
      way.close();
    }
  }

  /** Waits until both take pushes and give manifests again. */
  async function recovered(tag: string): Promise<void> {
    const end = Date.now() + 60_000;
    for (const { url } of replicas.zots) {
      for (let well = false; !well;) {
        const way = new Way({ url }, credentials, false);
        try {
          await pushLayers(way, "after/it", tag, [Buffer.from(tag)]);
          well = true;
        } catch (error) {
          if (Date.now() > end) throw error;
          await sleep(500);
        } finally {
          way.close();
        }
      }
    }
    assert.deepEqual(await statuses(), [200, 200]);
  }

  it("keep everything under the prefix, which Zot writes twice", () => {
    const keys = replicas.store.keys();
    assert.ok(keys.includes(`${prefix}/${prefix}/team/app/worker/deep/index.json`));
    const others = keys.filter((key) => !key.startsWith(`${prefix}/${prefix}/`));
    assert.deepEqual(others, []);
  });

  it("know an API key of the other one", async () => {
    const [first, second] = replicas.zots;
    const basic = Buffer.from(`admin:${users.admin}`).toString("base64");
    const made = await request(`${first.url}/zot/auth/apikey`, {
      method: "POST",
      headers: { authorization: `Basic ${basic}`, "content-type": "application/json" },
      body: JSON.stringify({ label: "both", scopes: [] }),
    });
    assert.equal(made.statusCode, 201);
    ({ apiKey } = (await made.body.json()) as { apiKey: string });
    assert.equal(await opens(second.url), true);
  });

  it("are whole after Redis was emptied, nested repositories with shared layers among them", async () => {
    assert.equal(await replicas.redis.command("FLUSHALL"), "OK");
    await whole();
    // It was kept nowhere else.
    for (const zot of replicas.zots) assert.equal(await opens(zot.url), false);
    const { url } = await replicas.another();
    const reading = await readAll({ url }, credentials, images);
    assert.deepEqual([reading.missing, reading.different], [[], []]);
  });

  it("answer 404 while the bucket is away, give out nothing wrong, and are whole afterwards", async () => {
    const { service } = replicas.store;
    await service.stop();
    try {
      assert.deepEqual(await statuses(), [404, 404]);
      const readings = await Promise.all(
        replicas.zots.map(({ url }) => readAll({ url }, credentials, images)),
      );
      for (const { images: read, different } of readings) {
        assert.equal(read, 0);
        assert.deepEqual(different, []);
      }
      for (const { url } of replicas.zots)
        assert.equal((await request(`${url}/readyz`)).statusCode, 200);
    } finally {
      await service.start();
    }
    await recovered("bucket");
    await whole();
  });

  it("go on when Redis is back, and are whole", async () => {
    const { service } = replicas.redis;
    await service.stop();
    await sleep(5000);
    await service.start();
    await recovered("redis");
    await whole();
  });

  it("wait for a Redis that stands still, and go on", async () => {
    const { service } = replicas.redis;
    service.freeze();
    await sleep(5000);
    service.thaw();
    await recovered("still");
    await whole();
  });

  it("do not start while either is away", async () => {
    for (const { service } of [replicas.store, replicas.redis]) {
      await service.stop();
      await assert.rejects(replicas.another(), /did not start/);
      await service.start();
    }
    await recovered("start");
    await whole();
  });
});
