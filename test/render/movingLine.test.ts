import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { mayMove, MovingLine } from "../../src/render/movingLine";

const terminal = (columns?: number) => {
  const written: string[] = [];
  return {
    written,
    stream: { isTTY: true, columns, write: (text: string) => written.push(text) },
  };
};

const wiped = "\r\u001b[K";

describe("the line that moves", () => {
  it("is on a terminal alone, and not in CI", () => {
    const { stream } = terminal();
    assert.equal(mayMove(stream, { TERM: "xterm" }), true);
    assert.equal(mayMove(stream, { CI: "false" }), true);
    assert.equal(mayMove(stream, { CI: "true" }), false);
    assert.equal(mayMove(stream, { TERM: "dumb" }), false);
    assert.equal(mayMove({ ...stream, isTTY: undefined }, {}), false);
  });

  it("says for how long, never goes beyond the width, and is taken away", () => {
    const { stream, written } = terminal(24);
    let now = 1000;
    const line = new MovingLine(stream, () => now);
    line.show("pushing team/app");
    line.clear();
    now += 12_400;
    line.show("pushing team/application:1.0");
    line.clear();
    assert.deepEqual(written, [
      `${wiped}   0s  pushing team/app`,
      wiped,
      `${wiped}  12s  pushing team/ap…`,
      wiped,
    ]);
    for (const text of written) assert.ok(text.replace(wiped, "").length < 24, text);
  });

  it("shows what is shown last, and steers no terminal by a foreign text", async () => {
    const { stream, written } = terminal();
    const line = new MovingLine(stream, () => 0);
    line.show("a");
    line.show("b");
    line.show("c\u001b[2J\nd");
    while (written.length < 2) await sleep(20);
    line.clear();
    assert.deepEqual(written, [`${wiped}   0s  a`, `${wiped}   0s  c[2J; d`, wiped]);
  });

  it("takes 80 columns where the terminal says 0, or nothing", () => {
    for (const columns of [0, undefined]) {
      const { stream, written } = terminal(columns);
      const line = new MovingLine(stream, () => 0);
      line.show("a".repeat(100));
      line.clear();
      assert.equal(written[0]?.replace(wiped, "").length, 79);
    }
  });

  it("writes nothing where nothing was shown", () => {
    const { stream, written } = terminal();
    new MovingLine(stream).clear();
    assert.deepEqual(written, []);
  });
});
