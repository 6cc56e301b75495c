import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegistryClient } from "../../src/registry/client";
import { syncCredentials } from "../../src/zot/upstreams";
import { upstreamRefusal } from "../../src/facts/zotLog";
import { look } from "../checks/look";
import { configuredZot, password } from "../support/configuredZot";
import { pushImage } from "../support/push";
import { startDistribution, type RunningRegistry } from "../support/registry";
import { skipWithout } from "../support/skip";
import { closeAll, type Undo } from "../support/undo";

describe("a cache of an upstream that asks who one is", function () {
  let upstream: RunningRegistry;
  let folder: string;
  const undo: Undo[] = [];

  before(async function () {
    skipWithout("docker-registry", this);
    skipWithout("zot", this);
    folder = await mkdtemp(join(tmpdir(), "zot-fleet-upstream-"));
    undo.push(() => rm(folder, { recursive: true }));
    upstream = await startDistribution({ users: { fleet: "right" } });
    undo.push(() => upstream.stop());
    const credentials = { username: "fleet", password: "right" };
    const source = new RegistryClient({ url: upstream.url, credentials });
    undo.push(() => source.close());
    await pushImage(source, "library/hello", "1");
  });

  after(() => closeAll(undo));

  /** The answer to a pull through a Zot that asks with this password, what the checks say, and what Zot logs. */
  async function pull(context: Mocha.Context, given: string | undefined) {
    const username = given === undefined ? {} : { username: "fleet" };
    const cached = { name: "x.test", url: upstream.url, retries: 0, retryDelay: "1s", ...username };
    const syncCredentialsFile = join(folder, `${given ?? "none"}.json`);
    const passwords = given === undefined ? {} : { "x.test": given };
    await writeFile(syncCredentialsFile, syncCredentials([cached], passwords), { mode: 0o600 });
    const { zot } = await configuredZot(context, { upstreams: [cached], syncCredentialsFile });
    const credentials = { username: "puller-1", password };
    const client = new RegistryClient({ url: zot.url, credentials });
    try {
      const path = "/v2/x.test/library/hello/manifests/1";
      const { status } = await client.request({ method: "GET", path });
      const { name, url } = cached;
      const upstreams = [
        { name, url, ...username, ...(given === undefined ? {} : { password: given }) },
      ];
      const [found] = await look("ZF801", { url: zot.url }, { upstreams });
      return { status, found, log: zot.log() };
    } finally {
      await client.close();
      await zot.stop();
    }
  }

  it("has the image with the right password", async function () {
    const { status, found } = await pull(this, "right");
    assert.equal(status, 200);
    assert.deepEqual([found?.status, found?.subject], ["passed", "x.test"]);
  });

  it("answers 404 with a wrong one, which the check takes for what it is", async function () {
    const { status, found, log } = await pull(this, "wrong");
    assert.equal(status, 404);
    assert.equal(found?.status, "failed");
    assert.match(found.detail, /refuses fleet \(401\): what is not cached yet answers 404$/);
    assert.equal(upstreamRefusal(log, "x.test/library/hello"), "it refuses the credentials");
  });

  it("answers 404 without one, and nothing is wrong with an account that is not there", async function () {
    const { status, found } = await pull(this, undefined);
    assert.deepEqual([status, found?.status], [404, "skipped"]);
  });

  it("is not judged where the upstream cannot be asked from here", async () => {
    const upstreams = [{ name: "x.test", url: "http://127.0.0.1:1", username: "a", password: "b" }];
    const address = { url: upstream.url };
    const [found] = await look("ZF801", address, { upstreams });
    assert.equal(found?.status, "skipped");
    assert.match(found.detail, /^not to be asked from here.*refused/);
  });
});
