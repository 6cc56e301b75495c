import assert from "node:assert/strict";
import fc from "fast-check";
import {
  durationMilliseconds,
  goDuration,
  inDays,
  inSeconds,
  isDuration,
} from "../../src/zot/duration";

describe("a duration", () => {
  for (const [text, milliseconds] of [
    ["0s", 0],
    ["250ms", 250],
    ["30s", 30_000],
    ["90m", 5_400_000],
    ["24h", 86_400_000],
    ["1h30m", 5_400_000],
    ["30d", 2_592_000_000],
    ["1d12h", 129_600_000],
  ] as const)
    it(`${text} is ${milliseconds} ms`, () => {
      assert.equal(durationMilliseconds(text), milliseconds);
    });

  for (const text of ["", "24", "-1h", "1w", "1.5h", "1 h", "h", "1H", "24h ", "1h\n"])
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.ok(!isDuration(text));
      assert.throws(() => durationMilliseconds(text), /is not a time such as/);
    });

  it("is Go's without days, of the same length, and otherwise as it was written", () => {
    for (const [text, go] of [
      ["30d", "720h"],
      ["1d12h", "24h12h"],
      ["90m", "90m"],
    ] as const) {
      assert.equal(goDuration(text), go);
      assert.equal(durationMilliseconds(go), durationMilliseconds(text));
    }
  });

  it("is counted in days and in seconds", () => {
    assert.deepEqual([inDays("90d"), inDays("36h"), inSeconds("2m")], [90, 1.5, 120]);
  });

  it("adds its parts", () => {
    const count = fc.nat(10_000);
    fc.assert(
      fc.property(count, count, count, (h, m, s) => {
        assert.equal(durationMilliseconds(`${h}h${m}m${s}s`), ((h * 60 + m) * 60 + s) * 1000);
      }),
    );
  });
});
