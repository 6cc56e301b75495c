import assert from "node:assert/strict";
import fc from "fast-check";
import { decide, type ObservedTag } from "../../../src/zot/retention/decide";
import type { KeepTags } from "../../../src/zot/retention/retentionConfig";

const hour = 3_600_000;
const now = 1_000 * hour;
const ago = (hours: number) => now - hours * hour;
const tag = (name: string, pushed?: number, pulled?: number): ObservedTag => ({
  tag: name,
  pushed,
  pulled,
});
const policy = (repositories: string[], keepTags?: KeepTags[]) => ({
  repositories,
  deleteReferrers: true,
  deleteUntagged: true,
  ...(keepTags === undefined ? {} : { keepTags }),
});
const decided = (keepTags: KeepTags[], tags: readonly ObservedTag[]) =>
  decide({ policies: [policy(["**"], keepTags)] }, "team/app", tags, now);
const told = (keepTags: KeepTags[], tags: readonly ObservedTag[]) =>
  decided(keepTags, tags).map(({ tag, fate, why }) => `${tag} ${fate}: ${why}`);
const any = ["^.*$"];

describe("what a sweep would do", () => {
  it("is nothing to a repository that no rule is for, or that is left alone", () => {
    const gone = policy(["other/**", "old/**"], [{ patterns: ["^x$"] }]);
    const all = policy(["team/**"]);
    const tags = [tag("v1", ago(1), ago(0)), tag("v2")];
    const why = (policies: (typeof gone)[], repository = "team/app") =>
      decide({ policies }, repository, tags, now);
    const kept = (why: string) => tags.map((each) => ({ ...each, fate: "kept", why }));
    assert.deepEqual(why([gone]), kept("no rule is for this repository"));
    assert.deepEqual(why([gone, all]), kept("its repository is left alone"));
    assert.deepEqual(why([policy(["**"], [])]), kept("its repository is left alone"));
    const [old] = why([gone, all], "old/app");
    assert.deepEqual(old, { ...tags[0], fate: "deleted", why: "no pattern names it" });
  });

  it("is what the first rule says that is for the repository", () => {
    const [first, second] = [policy(["team/*"], [{ patterns: ["^v"] }]), policy(["**"])];
    const fate = (policies: (typeof first)[]) =>
      decide({ policies }, "team/app", [tag("x", ago(1))], now)[0]?.fate;
    assert.deepEqual([fate([first, second]), fate([second, first])], ["deleted", "kept"]);
  });

  it("follows the first pattern that names a tag, and keeps what Zot knows no time of", () => {
    const rules = [
      { patterns: ["^latest$", "^v"] },
      { patterns: [], pushedWithin: "1h" },
      { patterns: any },
    ];
    const tags = [tag("v1", ago(9)), tag("x", ago(9)), tag("latest", ago(9)), tag("y")];
    assert.deepEqual(told(rules, tags), [
      "v1 kept: its pattern is kept for good",
      "x deleted: not pushed within 1h",
      "latest kept: its pattern is kept for good",
      "y kept: Zot does not know when it was pushed",
    ]);
    assert.deepEqual(told([{ patterns: ["^v"] }], tags.slice(1)), [
      "x deleted: no pattern names it",
      "latest deleted: no pattern names it",
      "y kept: Zot does not know when it was pushed",
    ]);
  });

  for (const [what, rule, pushed, pulled, fate] of [
    ["pushed just within", { pushedWithin: "2h" }, ago(2) + 1, undefined, "kept"],
    ["pushed at the very end", { pushedWithin: "2h" }, ago(2), undefined, "deleted"],
    ["pulled since, which is not asked", { pushedWithin: "2h" }, ago(3), ago(1), "deleted"],
    ["pulled just within", { pulledWithin: "2h" }, ago(9), ago(2) + 1, "kept"],
    ["pulled at the very end", { pulledWithin: "2h" }, ago(9), ago(2), "deleted"],
    ["pushed within, and never pulled", { pulledWithin: "2h" }, ago(1), undefined, "kept"],
    ["pushed and pulled too long ago", { pulledWithin: "2h" }, ago(4), ago(3), "deleted"],
  ] as const)
    it(`a tag ${what} is ${fate}`, () => {
      const [one] = decided([{ patterns: any, ...rule }], [tag("v1", pushed, pulled)]);
      assert.equal(one?.fate, fate);
    });

  it("keeps the newest, of the tags of their own rule alone", () => {
    const rules = [
      { patterns: ["^v"], mostRecentlyPushedCount: 2 },
      { patterns: ["^p"], mostRecentlyPulledCount: 1 },
    ];
    const tags = [
      tag("v1", ago(3), ago(0)),
      tag("v2", ago(2)),
      tag("v3", ago(1)),
      tag("p1", ago(0), ago(5)),
      tag("p2", ago(9), ago(4)),
      tag("p3", ago(0)),
    ];
    assert.deepEqual(told(rules, tags), [
      "v1 deleted: not among the 2 most recently pushed",
      "v2 kept: among the 2 most recently pushed",
      "v3 kept: among the 2 most recently pushed",
      "p1 deleted: not among the 1 most recently pulled",
      "p2 kept: among the 1 most recently pulled",
      "p3 deleted: not among the 1 most recently pulled",
    ]);
  });

  it("cannot know which one stays of several that were pushed at once", () => {
    const tags = [tag("a", ago(1)), tag("b", ago(2)), tag("c", ago(2)), tag("d", ago(3))];
    const fates = (count: number) =>
      decided([{ patterns: any, mostRecentlyPushedCount: count }], tags).map(({ fate }) => fate);
    assert.deepEqual(fates(1), ["kept", "deleted", "deleted", "deleted"]);
    assert.deepEqual(fates(2), ["kept", "either", "either", "deleted"]);
    assert.deepEqual(fates(3), ["kept", "kept", "kept", "deleted"]);
    const rule = { patterns: any, mostRecentlyPushedCount: 2 };
    assert.equal(
      told([rule], tags)[1],
      "b either: maybe among the 2 most recently pushed: others were pushed at the same time",
    );
  });

  it("keeps what one condition keeps, and says all that do", () => {
    const rule = {
      patterns: any,
      mostRecentlyPulledCount: 1,
      mostRecentlyPushedCount: 1,
      pulledWithin: "3h",
      pushedWithin: "2h",
    };
    const tags = [
      tag("new", ago(1)),
      tag("used", ago(8), ago(1)),
      tag("old", ago(9), ago(8)),
      tag("older", ago(9), ago(8)),
    ];
    const gone = [
      "not among the 1 most recently pulled",
      "not among the 1 most recently pushed",
      "not pulled or pushed within 3h",
      "not pushed within 2h",
    ].join(", ");
    assert.deepEqual(told([rule], tags), [
      "new kept: among the 1 most recently pushed, pulled or pushed within 3h, pushed within 2h",
      "used kept: among the 1 most recently pulled, pulled or pushed within 3h",
      `old deleted: ${gone}`,
      `older deleted: ${gone}`,
    ]);
  });

  it("keeps as many as the count, and no tag before one that is newer", () => {
    const times = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 8 }), (pushed, count) => {
        const tags = pushed.map((hours, at) => tag(`t${at}`, ago(hours)));
        const rule = { patterns: any, mostRecentlyPushedCount: count };
        const all = decided([rule], tags);
        assert.deepEqual(
          all.map((each) => each.tag),
          tags.map((each) => each.tag),
        );
        const kept = all.filter(({ fate }) => fate === "kept");
        const maybe = all.filter(({ fate }) => fate !== "deleted");
        assert.ok(kept.length <= count && maybe.length >= Math.min(count, tags.length));
        for (const one of kept)
          for (const other of all.filter(({ pushed = 0 }) => pushed >= (one.pushed ?? 0)))
            assert.equal(other.fate, "kept");
      }),
    );
  });
});
