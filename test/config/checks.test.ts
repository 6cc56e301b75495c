import assert from "node:assert/strict";
import { checksSchema, limitsOf, usualLimits } from "../../src/config/checks";

describe("what is checked beyond what was asked for", () => {
  it("is this where nothing is said", () => {
    assert.deepEqual(usualLimits, {
      extraContent: false,
      certificateDays: 14,
      clockSkewSeconds: 60,
    });
    assert.deepEqual(limitsOf(checksSchema.parse({})), usualLimits);
  });

  it("is counted in days and in seconds", () => {
    const said = { extraContent: true, certificateEndsWithin: "30d", clockSkew: "2m" };
    assert.deepEqual(limitsOf(checksSchema.parse(said)), {
      extraContent: true,
      certificateDays: 30,
      clockSkewSeconds: 120,
    });
  });

  const limits: [key: "certificateEndsWithin" | "clockSkew", right: string[], wrong: string[]][] = [
    ["certificateEndsWithin", ["0d", "365d", "48h"], ["366d", "36h", "14"]],
    ["clockSkew", ["1s", "1h", "90s"], ["0s", "61m", "2h", "1500ms"]],
  ];
  for (const [key, right, wrong] of limits)
    it(`has limits for ${key}`, () => {
      for (const text of right)
        assert.equal(checksSchema.safeParse({ [key]: text }).success, true, text);
      for (const text of wrong)
        assert.equal(checksSchema.safeParse({ [key]: text }).success, false, text);
    });
});
