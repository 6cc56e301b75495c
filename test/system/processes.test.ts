import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { identify, isRunning, startByPs, startInProc } from "../../src/system/processes";
import { skipBecause, skipWithout } from "../support/skip";

const tables = [
  ["/proc", startInProc],
  ["ps, where there is no /proc", startByPs],
] as const;

for (const [name, table] of tables) {
  describe(`the identity of a process, by ${name}`, () => {
    before(function () {
      if (table === startByPs) skipWithout("ps", this);
      else if (startInProc(process.pid) === undefined) skipBecause("there is no /proc", this);
    });

    it("holds while the process runs, and not afterwards", async () => {
      const child = spawn("sleep", ["60"]);
      await once(child, "spawn");
      const identity = identify(child.pid ?? 0, table);
      assert.match(identity.started, /^[1-9]\d*$/);
      assert.ok(isRunning(identity, table));
      child.kill("SIGKILL");
      await once(child, "exit");
      assert.ok(!isRunning(identity, table));
    });

    it("does not hold for another process that has the id now", () => {
      const { pid, started } = identify(process.pid, table);
      assert.ok(!isRunning({ pid, started: String(Number(started) - 5) }, table));
    });
  });
}

describe("the identity of a process of which nobody knows when it started", () => {
  it("is never taken for ours: what runs under its id may be anybody's", () => {
    const nobody = () => undefined;
    const identity = identify(process.pid, nobody);
    assert.ok(!isRunning(identity, nobody));
    assert.ok(!isRunning({ pid: process.pid, started: "0" }));
  });
});
