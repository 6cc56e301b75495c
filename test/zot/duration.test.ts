import assert from "node:assert/strict";
import fc from "fast-check";
import { durationMilliseconds, isDuration } from "../../src/zot/duration";

describe("a duration", () => {
  for (const [text, milliseconds] of [
    ["0s", 0],
    ["250ms", 250],
    ["30s", 30_000],
    ["90m", 5_400_000],
    ["24h", 86_400_000],
    ["1h30m", 5_400_000],
  ] as const)
    it(`${text} is ${milliseconds} ms`, () => {
      assert.equal(durationMilliseconds(text), milliseconds);
    });

  for (const text of ["", "24", "1d", "-1h", "1.5h", "1 h", "h", "1H", "24h ", "1h\n"])
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.ok(!isDuration(text));
      assert.throws(() => durationMilliseconds(text), /is not a duration such as/);
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
