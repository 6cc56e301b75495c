import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { tryLock } from "../../src/system/lockFile";
import { identify } from "../../src/system/processes";
import { useScratch } from "../images/scratch";

describe("a lock file", () => {
  const scratch = useScratch();

  it("is one process's until it is released", () => {
    const path = scratch("held");
    const first = tryLock(path);
    assert.ok("release" in first);
    assert.deepEqual(tryLock(path), { holder: identify(process.pid) });
    first.release();
    assert.ok("release" in tryLock(path));
  });

  // Nothing has this id: Linux and macOS give none above 4,194,304.
  for (const [whose, left] of [
    ["of a process that is no more", '{"pid":99999999,"started":"1"}'],
    ["that was cut off", '{"pid":1'],
  ] as const) {
    it(`${whose} is taken over`, () => {
      const path = scratch(whose);
      writeFileSync(path, left);
      const before = new Date(Date.now() - 6000);
      utimesSync(path, before, before);
      const attempt = tryLock(path);
      assert.ok("release" in attempt);
      assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), identify(process.pid));
      attempt.release();
      assert.equal(existsSync(path), false);
    });
  }

  it("is left to whoever is writing it", () => {
    const path = scratch("written");
    writeFileSync(path, '{"pid":1');
    assert.throws(() => tryLock(path), { code: "EEXIST" });
    assert.equal(existsSync(path), true);
  });

  it("is never two processes' at once, also where one of them died with it", async function () {
    this.timeout(120_000);
    const [path, inside] = [scratch("contended"), scratch("inside")];
    // Whoever has the lock makes a file that must not be there, and takes it away again.
    const script = `
      const { tryLock } = require(${JSON.stringify(require.resolve("../../src/system/lockFile"))});
      const { writeFileSync, rmSync } = require("node:fs");
      const pause = new Int32Array(new SharedArrayBuffer(4));
      for (let taken = 0; taken < 300; ) {
        const attempt = tryLock(${JSON.stringify(path)});
        if (!("release" in attempt)) {
          // Whoever has it needs a processor, too.
          Atomics.wait(pause, 0, 0, 1);
          continue;
        }
        writeFileSync(${JSON.stringify(inside)}, "", { flag: "wx" });
        rmSync(${JSON.stringify(inside)});
        if (++taken % 3 > 0) attempt.release();
        else writeFileSync(${JSON.stringify(path)}, '{"pid":99999999,"started":"1"}');
      }`;
    const runs = [1, 2, 3].map(async () => {
      const child = spawn(process.execPath, ["-r", "tsx/cjs", "-e", script], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      return text(child.stderr);
    });
    assert.deepEqual(await Promise.all(runs), ["", "", ""]);
  });
});
