import assert from "node:assert/strict";
import { around, ruleClashes } from "../../src/zot/ruleClashes";

describe("patterns that Zot would not read as they are meant", () => {
  for (const patterns of [
    [],
    ["team"],
    ["team/**", "team/app/**"],
    ["team/app/**", "team/**"],
    ["team-a/**", "team-b/**"],
    ["a/**", "b/*/c", "a/b/**"],
  ])
    it(`are none of ${patterns.join(", ") || "no rules"}`, () => {
      assert.deepEqual(ruleClashes(patterns), []);
    });

  // What is wrong with the last of them.
  for (const [patterns, other, problem] of [
    [["ab"], "**", "which lies within ** and is not longer, so that Zot would overlook it"],
    [["team/**", "team/**"], "team/**", "which names what team/** names"],
    [["team/**", "team/ab"], "team/**", /^which lies within team\/\*\* and is not longer/],
    [
      ["team/ab", "team/**"],
      "team/ab",
      "which holds team/ab and is not shorter, so that Zot would overlook that one",
    ],
    [
      ["team/*", "*/app"],
      "team/*",
      "which shares repositories with team/*, of which Zot would take one alone",
    ],
  ] as const)
    it(`are told of ${patterns.join(" and ")}`, () => {
      const clashes = ruleClashes(patterns);
      assert.equal(clashes.length, 1);
      const [clash] = clashes;
      assert.deepEqual([clash?.index, clash?.other], [patterns.length - 1, other]);
      if (typeof problem === "string") assert.equal(clash?.problem, problem);
      else assert.match(clash?.problem ?? "", problem);
    });
});

describe("the rules around a pattern", () => {
  it("are those that hold all of it, the widest first, whatever their order", () => {
    const rules = ["a/b/**", "**", "c/**", "a/**", "a/b/c/**"].map((repositories) => ({
      repositories,
    }));
    const names = (pattern: string) => around(pattern, rules).map((each) => each.repositories);
    assert.deepEqual(names("a/b/c/**"), ["**", "a/**", "a/b/**"]);
    assert.deepEqual(names("a/**"), ["**"]);
    assert.deepEqual(names("z/y"), ["**"]);
  });
});
