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

  for (const text of ["", "/a", "a/", "A", "a/**b", "***", "a b", "a//b", "{a,b}", "a?"])
    it(`takes ${JSON.stringify(text)} for no pattern`, () => {
      assert.ok(!isGlob(text));
    });
});
