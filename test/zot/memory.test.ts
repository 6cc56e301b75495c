import assert from "node:assert/strict";
import { goMemoryLimit, sizeBytes } from "../../src/zot/memory";

describe("sizes of Kubernetes", () => {
  for (const [size, bytes] of [
    ["1", 1],
    ["512", 512],
    ["3k", 3_000],
    ["3M", 3_000_000],
    ["3G", 3_000_000_000],
    ["3T", 3_000_000_000_000],
    ["3Ki", 3_072],
    ["256Mi", 268_435_456],
    ["20Gi", 21_474_836_480],
    ["2Ti", 2_199_023_255_552],
    ["999999999", 999_999_999],
  ] as const)
    it(`${size} are ${bytes} bytes`, () => {
      assert.equal(sizeBytes(size), bytes);
    });

  for (const size of ["", "0", "01Gi", "1.5Gi", "1gi", "1K", "1Pi", "-1Gi", "1 Gi", "1Gi ", "x1Gi"])
    it(`${JSON.stringify(size)} is none`, () => {
      const message = `"${size}" is not a size such as 512Mi or 20Gi`;
      assert.throws(() => sizeBytes(size), { name: "RangeError", message });
    });

  it("are none of ten digits", () => {
    assert.throws(() => sizeBytes("1000000000"), RangeError);
  });

  it("leave Go a tenth of the limit to collect in, and never nothing", () => {
    const limits = ["1Gi", "1G", "100Mi", "2Ti", "1Mi", "1"];
    assert.deepEqual(limits.map(goMemoryLimit), [
      "921MiB",
      "858MiB",
      "90MiB",
      "1887436MiB",
      "1MiB",
      "1MiB",
    ]);
  });
});
