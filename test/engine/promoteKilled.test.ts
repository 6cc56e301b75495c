import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation";
import { openStack } from "../../src/local/deployment";
import { ensureEngine } from "../../src/local/engine";
import { useScratch } from "../images/scratch";
import { here, there, usePromotion } from "../support/promotion";
import { imageToPromote, promotionProgram } from "../support/promotionProgram";
import { pushRelease, type PushedRelease } from "../support/release";
import { skipWithout } from "../support/skip";
import { Toxiproxy, type BadWay } from "../support/toxiproxy";

describe("promotion under a real engine that is killed", function () {
  this.timeout(600_000);
  const zots = usePromotion();
  const scratch = useScratch();
  let network: Toxiproxy | undefined;
  let way: BadWay;
  let pushed: PushedRelease;
  let stack: Stack;

  before(async function () {
    for (const tool of ["pulumi", "toxiproxy-server"]) skipWithout(tool, this);
    network = await Toxiproxy.started();
    way = await network.wayTo(zots.ottawa.url);
    pushed = await pushRelease(zots.atAccra, there, "1.4", { layerBytes: 4_000_000 });
    const image = await imageToPromote(way.url, zots.source, zots.atAccra);
    const program = promotionProgram(way.url, () => image);
    const engine = await ensureEngine(() => undefined);
    stack = await openStack("engine-killed", program, scratch("stack"), engine);
  });
  after(() => network?.stop());

  it("moves no tag, and the next deployment goes on from what has come", async () => {
    await way.slowDown(1000, "upstream");
    const others = processes(isProvider);
    const running = stack.up().then(
      () => "ended",
      () => "failed",
    );
    const uploads = join(zots.ottawa.folder, "storage", here, ".uploads");
    for (const until = Date.now() + 120_000; ;) {
      if (existsSync(uploads) && readdirSync(uploads).length > 0) break;
      assert.ok(Date.now() < until, "no blob comes");
      await sleep(20);
    }
    const engines = processes(isEngine);
    assert.equal(engines.length, 1, "the engine is at work");
    const providers = processes(isProvider).filter((pid) => !others.includes(pid));
    assert.ok(providers.length > 0, "its providers are at work");
    for (const pid of engines) process.kill(pid, "SIGKILL");
    assert.equal(await running, "failed");
    assert.equal(await zots.heldAt(zots.atOttawa, here, "1.4"), undefined);
    await way.mend();
    // As Pulumi asks for where an engine died: it left its lock.
    await stack.cancel();
    await stack.up();
    await zots.assertSame(pushed);
    for (const until = Date.now() + 60_000; providers.some(isThere);) {
      assert.ok(Date.now() < until, "a provider of the killed engine is still there");
      await sleep(100);
    }
    assert.equal((await stack.preview()).changeSummary.update, undefined);
  });
});

const isThere = (pid: number) => existsSync(`/proc/${pid}`);

const isEngine = (args: readonly string[]) =>
  /(^|\/)pulumi$/.test(args[0] ?? "") && args.includes("up") && args.includes("engine-killed");

const isProvider = (args: readonly string[]) =>
  args.some((each) => each.endsWith("/dynamic-provider/index.js"));

const processes = (is: (args: readonly string[]) => boolean): number[] =>
  readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return is(readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0"));
      } catch {
        return false;
      }
    })
    .map(Number);
