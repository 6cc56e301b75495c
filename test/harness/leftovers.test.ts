import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { endLeftovers, runVariable } from "../support/leftovers";
import { skipBecause } from "../support/skip";

describe("what a run of the tests leaves behind", () => {
  it("is ended, in whichever group it is, and nobody else's", async function () {
    if (!existsSync("/proc/self/environ")) skipBecause("there is no /proc", this);
    const [ours, theirs] = [randomUUID(), randomUUID()];
    const started = [ours, theirs].map((run) =>
      spawn("sleep", ["600"], { detached: true, env: { ...process.env, [runVariable]: run } }),
    );
    await Promise.all(started.map((child) => once(child, "spawn")));
    assert.deepEqual(endLeftovers(ours), ["sleep 600"]);
    const [left] = started;
    assert.deepEqual(left && (await once(left, "exit")), [null, "SIGKILL"]);
    assert.deepEqual(endLeftovers(ours), []);
    assert.deepEqual(endLeftovers(theirs), ["sleep 600"]);
  });
});
