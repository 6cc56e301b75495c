import assert from "node:assert/strict";
import fc from "fast-check";
import { covers, isGlob, matchesGlob, overlap } from "../../src/zot/glob";
import { runsOf } from "../support/random";

const part = fc.constantFrom("a", "b", "ab", "*", "a*", "*b", "**");
const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const name = fc
  .array(fc.constantFrom("a", "b", "ab", "ba", "aab"), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"));

describe("glob", () => {
  // From doublestar_test.go, and what Zot 2.1.18 was seen to do.
  for (const [glob, text, holds] of [
    ["**", "a/b", true],
    ["*", "a", true],
    ["*", "a/b", false],
    ["a*/b", "abc/b", true],
    ["a*/b", "a/c/b", false],
    ["a/**", "a", true],
    ["a/**", "a/b/c", true],
    ["a/**", "ab", false],
    ["a/**/b", "a/b", true],
    ["a/**/b", "a/x/y/b", true],
    ["a*/**", "ab", true],
    ["a*/**", "a", false],
    ["*/**/**", "ab", false],
    ["team", "team", true],
    ["team", "teams", false],
    ["teams", "team", false],
    ["a*", "a", true],
    ["a*c", "abc", true],
    ["*a*", "bab", true],
    ["*/b", "a/b", true],
    ["*/b", "a/c", false],
    ["**/b", "ab", false],
    ["**/b", "a/ab", false],
    ["**/a/b", "x/a/b", true],
    ["**/a/b", "x/a/c/b", false],
  ] as const)
    it(`${glob} is ${holds ? "" : "not "}${text}`, () => {
      assert.equal(matchesGlob(glob, text), holds);
    });

  it("covers and overlaps only as single names say", () => {
    fc.assert(
      fc.property(pattern, pattern, name, (a, b, text) => {
        if (covers(a, b) && matchesGlob(b, text))
          assert.ok(matchesGlob(a, text), `${a} covers ${b}, and not ${text}`);
        if (matchesGlob(a, text) && matchesGlob(b, text)) assert.ok(overlap(a, b));
      }),
      { numRuns: runsOf(2000) },
    );
  });

  it("sees through what is written differently", () => {
    assert.ok(covers("team/**", "team/*/app"));
    assert.ok(covers("team*/**", "team-a/**"));
    assert.ok(covers("team*/**", "team*/app"));
    assert.ok(covers("*/**", "*"));
    // Zot matches neither, and so it says nothing of them.
    assert.ok(!covers("team*/**", "team"));
    assert.ok(!covers("team/**/**", "team"));
    assert.ok(!covers("team/*", "team/**"));
    assert.ok(!overlap("team-a/**", "team-b/**"));
    assert.ok(overlap("*/app", "team/*"));
  });

  for (const [outer, inner, holds] of [
    // Whatever else it is, a pattern is within itself.
    ["team*/**", "team*/**", true],
    ["a/**/**", "a/**/**", true],
    ["team-a", "team-b", false],
    ["team-a/**", "team-b/**", false],
    ["team", "team/app", false],
    ["team/app", "team", false],
    ["team/*", "team/app", true],
    ["team/app", "team/*", false],
    ["team/*", "team/a/b", false],
    ["**", "a/b/c", true],
    ["**/**", "a", true],
    ["**/**/**", "a/b", true],
    ["**/app", "app", true],
    ["**/app", "team/app", true],
    ["**/app", "team/web", false],
    ["a/**/**/b", "a/b", true],
    ["a/**/**/**/b", "a/x/b", true],
    // The last but one star stands for something: what has a part more is covered, what has none is not.
    ["a/**/**", "a/b", true],
    ["a/**/**", "a/b/c", true],
    ["a/**/**", "a", false],
    ["a/**/**/**", "a/b", true],
    ["b/**/c/**/**", "b/c/x", true],
    ["b/**/c/**/**", "b/x/c", false],
    ["team*/**", "team-a", true],
    ["team*/**", "team-a/app", true],
    ["team*/**", "team/app", true],
    ["team*/**", "team", false],
    ["team*/**/x", "team/x", true],
    ["a/team*/**", "a/teams", true],
    ["a/team*/**", "teams", false],
    ["a*/**", "b/a1/**", false],
  ] as const)
    it(`${outer} covers ${holds ? "" : "not "}all of ${inner}`, () => {
      assert.equal(covers(outer, inner), holds);
    });

  for (const [a, b, holds] of [
    ["a", "a", true],
    ["a", "b", false],
    ["a", "a/b", false],
    ["a", "a/**", true],
    ["a/b", "a/**", true],
    ["a", "b/**", false],
    ["a*", "*b", true],
    ["a*", "b*", false],
    ["a*", "a", true],
    ["ab", "a*c", false],
    ["a/*", "*/b", true],
    ["a/*/c", "a/b", false],
    ["**/b", "a/**", true],
    ["**/b", "a/c", false],
    ["a/**/z", "a/b/c", false],
  ] as const)
    it(`${a} and ${b} ${holds ? "share a name" : "share none"}`, () => {
      assert.equal(overlap(a, b), holds);
      assert.equal(overlap(b, a), holds);
    });

  for (const text of ["a", "0", "team/app-*", "*a*", "*.*/b_1", "a/*/**/c", "**", "**/a/**"])
    it(`takes ${text} for a pattern`, () => {
      assert.ok(isGlob(text));
    });

  for (const text of [
    "",
    "/a",
    "a/",
    "A",
    "a/**b",
    "a**",
    "a**b",
    "**a",
    "***",
    "a b",
    "a//b",
    "{a,b}",
    "a?",
    "-a",
    ".a",
    "a/_b",
  ])
    it(`takes ${JSON.stringify(text)} for no pattern`, () => {
      assert.ok(!isGlob(text));
    });
});
