import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RegistryClient } from "../../../src/registry/client";
import type { RetentionSettings } from "../../../src/zot/retention/settings";
import { supports } from "../../../src/zot/versions";
import { configuredZot, testZotConfig } from "../../support/configuredZot";
import { pushImage, type PushedImage } from "../../support/push";
import { startDistribution, type RunningRegistry } from "../../support/registry";
import { skipBecause, skipWithout } from "../../support/skip";
import { closeAll, type Undo } from "../../support/undo";
import { adminOf, copyStore, sweptZot, tagsOf } from "./sweep";

const cached = "docker.io/library/hello";
const gapMs = 10_000;

describe("what a cache keeps", function () {
  this.timeout(120_000);
  let upstream: RunningRegistry;
  let version: string;
  let store: string;
  /** Between what was pulled before and after it. */
  let boundary: number;
  let byDigest: PushedImage;
  const undo: Undo[] = [];

  before(async function () {
    skipWithout("docker-registry", this);
    skipWithout("zot", this);
    const folder = await mkdtemp(join(tmpdir(), "zot-fleet-caches-"));
    undo.push(() => rm(folder, { recursive: true }));
    upstream = await startDistribution();
    undo.push(() => upstream.stop());
    const source = new RegistryClient({ url: upstream.url });
    undo.push(() => source.close());
    for (const tag of ["early", "late"]) await pushImage(source, "library/hello", tag, tag);
    byDigest = await pushImage(source, "library/hello", "unnamed", "pulled by digest");
    const started = await configuredZot(this, { upstreams: [docker()] });
    const { zot } = started;
    ({ version } = started);
    undo.push(() => zot.stop());
    const client = adminOf(zot);
    undo.push(() => client.close());
    for (const reference of ["early", byDigest.digest])
      assert.ok(await client.getManifest(cached, reference));
    const before = Date.now();
    await sleep(gapMs);
    boundary = (before + Date.now()) / 2;
    assert.ok(await client.getManifest(cached, "late"));
    store = join(folder, "storage");
    await copyStore(zot, store);
  });

  after(() => closeAll(undo));

  const docker = (pulledWithin?: string) => ({
    name: "docker.io",
    url: upstream.url,
    retries: 0,
    retryDelay: "1s",
    ...(pulledWithin === undefined ? {} : { retention: { pulledWithin } }),
  });

  /** Sweeps the cache with no delay, and gives its tags and whether it still holds what has no tag. */
  async function left(pulledWithin?: string, retention?: RetentionSettings) {
    const upstreams = [docker(pulledWithin)];
    const config = testZotConfig({ version, upstreams, retention, gcDelay: "1ms" });
    const zot = await sweptZot(config, store, cached);
    const client = adminOf(zot);
    try {
      const tags = await tagsOf(client, cached);
      const before = upstream.requests().length;
      assert.ok(await client.getManifest(cached, byDigest.digest));
      await upstream.quiet();
      const asked = upstream.requests().slice(before);
      return { tags, unnamed: asked.length === 0, log: zot.log() };
    } finally {
      await client.close();
      await zot.stop();
    }
  }

  const sinceBoundary = () => `${Math.round(Date.now() - boundary)}ms`;

  it("is all that was pulled once, where nothing is said: what was pulled by digest, too", async () => {
    const { tags, unnamed } = await left();
    assert.deepEqual([tags, unnamed], [["early", "late"], true]);
  });

  it("is nothing less under a rule for everything that was pushed", async () => {
    const keep = [{ pushedWithin: "1ms" }];
    const { tags, unnamed } = await left(undefined, {
      dryRun: false,
      rules: [{ repositories: "**", keep }],
    });
    assert.deepEqual([tags, unnamed], [["early", "late"], true]);
  });

  it("is what was pulled not too long ago", async () => {
    const { tags, unnamed } = await left(sinceBoundary(), { dryRun: false, rules: [] });
    assert.deepEqual(tags, ["late"]);
    // Fetched again, where it is asked for: it was pulled early.
    assert.equal(unnamed, false);
  });

  it("is what has no tag, too, while it is pulled, where Zot knows its age", async function () {
    if (!supports(version, "keepUntagged")) skipBecause(`Zot ${version} does not know it`, this);
    const { unnamed } = await left("1h", { dryRun: false, rules: [] });
    assert.equal(unnamed, true);
  });

  it("is all in a dry run, which says what would go", async () => {
    const { tags, unnamed, log } = await left(sinceBoundary());
    assert.deepEqual([tags, unnamed], [["early", "late"], true]);
    assert.match(log, /"dry-run":true,[^\n]*"tag":"early"[^\n]*"decision":"delete"/);
  });
});
