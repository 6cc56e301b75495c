import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { endWhenStalled, stall } from "../../src/system/stalled";
import { skipBecause } from "../support/skip";

describe("a process that is watched", () => {
  const { afterMs } = stall;
  before(function () {
    if (process.platform !== "linux") skipBecause("only Linux counts what a process moves", this);
  });
  afterEach(() => {
    stall.afterMs = afterMs;
  });

  it("is ended where it moves next to nothing", async function () {
    this.timeout(120_000);
    stall.afterMs = 1000;
    const child = spawn(process.execPath, [
      "-e",
      "setInterval(() => process.stdout.write('.'), 50)",
    ]);
    child.stdout.resume();
    const watch = endWhenStalled(child);
    const [, signal] = (await once(child, "exit")) as [unknown, string];
    assert.equal(signal, "SIGKILL");
    assert.equal(watch.end(), true);
  });

  it("is left alone while it moves, for longer than it may stand still", async function () {
    this.timeout(120_000);
    stall.afterMs = 5000;
    const child = spawn("sh", [
      "-c",
      "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do printf %0100000d 0; sleep 0.5; done",
    ]);
    child.stdout.resume();
    const watch = endWhenStalled(child);
    const [code] = (await once(child, "exit")) as [number];
    assert.equal(code, 0);
    assert.equal(watch.end(), false);
  });
});
