import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hashSync } from "bcryptjs";
import { bucketProblemAtStart, redisProblem } from "../../src/facts/zotBackends";
import { RegistryClient } from "../../src/registry/client";
import { freePort } from "../support/freePort";
import { RegistryProcess } from "../support/registryProcess";
import { skipWithout } from "../support/skip";

const [redisPassword, password] = ["of-redis-alone", "of-fleet"];

/** What the doctor reads, as Zot itself writes it. */
describe("the log of a Zot whose Redis or bucket is away", function () {
  const running: RegistryProcess[] = [];
  before(function () {
    skipWithout("zot", this);
    skipWithout("redis-server", this);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });

  async function redis(port: number): Promise<RegistryProcess> {
    const folder = await mkdtemp(join(tmpdir(), "zot-fleet-redis-"));
    const config = `port ${port}\nbind 127.0.0.1\nrequirepass ${redisPassword}\nsave ""\n`;
    await writeFile(join(folder, "redis.conf"), config, { mode: 0o600 });
    const started = new RegistryProcess("redis-server", ["redis.conf"], folder);
    running.push(started);
    await started.logged(/(Ready to accept connections)/);
    return started;
  }

  async function zot(storage: object, sessions: object): Promise<RegistryProcess> {
    const folder = await mkdtemp(join(tmpdir(), "zot-fleet-zot-"));
    await writeFile(join(folder, "htpasswd"), `fleet:${hashSync(password, 4)}\n`);
    const config = {
      storage: { rootDirectory: join(folder, "storage"), dedupe: false, ...storage },
      http: {
        address: "127.0.0.1",
        port: "0",
        auth: { htpasswd: { path: join(folder, "htpasswd") }, apikey: true, ...sessions },
        accessControl: { repositories: { "**": { defaultPolicy: ["read"] } } },
      },
      log: { level: "info" },
    };
    await writeFile(join(folder, "config.json"), JSON.stringify(config), { mode: 0o600 });
    const started = new RegistryProcess("zot", ["serve", "config.json"], folder);
    running.push(started);
    return started;
  }

  /** It ends before it serves, and its last words come after its end. */
  async function ended(started: RegistryProcess): Promise<void> {
    await assert.rejects(started.logged(/kernel chosen port","port":(\d+)/));
    await started.quiet();
  }

  const redisAt = (port: number, given = redisPassword) => {
    const driver = { name: "redis", addr: [`127.0.0.1:${port}`], password: given, keyprefix: "x" };
    return [{ remoteCache: true, cacheDriver: driver }, { sessionDriver: driver }] as const;
  };

  it("tells why it did not start without Redis, and not Redis' password", async () => {
    const started = await zot(...redisAt(await freePort()));
    await ended(started);
    assert.equal(redisProblem(started.log)?.reason, "connection refused");
    const port = await freePort();
    await redis(port);
    const refused = await zot(...redisAt(port, "another-password"));
    await ended(refused);
    assert.equal(redisProblem(refused.log)?.reason, "it refuses the password");
    assert.equal(bucketProblemAtStart(refused.log), undefined);
    assert.doesNotMatch(started.log + refused.log, /of-redis-alone|another-password/);
  });

  it("tells that Redis went away while it ran, and no longer when it came back", async () => {
    const port = await freePort();
    const first = await redis(port);
    const started = await zot(...redisAt(port));
    const url = `http://127.0.0.1:${await started.logged(/kernel chosen port","port":(\d+)/)}`;
    const credentials = { username: "fleet", password };
    await using client = new RegistryClient({ url, credentials, retries: 0, timeoutMs: 30_000 });
    const status = async () => (await client.request({ method: "GET", path: "/v2/" })).status;
    assert.equal(await status(), 200);
    assert.equal(redisProblem(started.log), undefined);
    await first.stop();
    assert.equal(await status(), 500);
    await started.quiet();
    assert.equal(redisProblem(started.log)?.reason, "connection refused");
    await redis(port);
    for (let tries = 0; (await status()) !== 200 && tries < 10; tries++) await sleep(500);
    await started.quiet();
    assert.equal(redisProblem(started.log), undefined);
  });

  it("tells why it did not start without its bucket", async () => {
    const driver = {
      name: "s3",
      rootdirectory: "/zot",
      region: "us-east-1",
      regionendpoint: `http://127.0.0.1:${await freePort()}`,
      bucket: "images",
      accesskey: "AKIA",
      secretkey: "of-the-bucket",
      secure: false,
      forcepathstyle: true,
    };
    const started = await zot({ storageDriver: driver }, {});
    await ended(started);
    assert.equal(bucketProblemAtStart(started.log)?.reason, "connection refused");
    assert.equal(redisProblem(started.log), undefined);
  });
});
