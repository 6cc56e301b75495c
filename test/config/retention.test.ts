import assert from "node:assert/strict";
import { seededTags } from "../../src/config/retention";
import { parseStackConfig } from "../../src/config/stack";
import { areTold, haveLimits, problemsOf, type Limits } from "./told";
import { right } from "./wrongStacks";

const rules = (...list: object[]) => ({ retention: { rules: list } });
const kept = (repositories: string, ...keep: object[]) => rules({ repositories, keep });
const keepWith = (key: string) => (value: unknown) => kept("ci/**", { [key]: value });

describe("zot-fleet:retention", () => {
  it("deletes nothing but in the log, and nothing that a rule does not say, where nothing is said", () => {
    const retention = (said: object) => parseStackConfig({ ...right, retention: said }).retention;
    assert.equal(parseStackConfig(right).retention, undefined);
    assert.deepEqual(retention({}), { dryRun: true, rules: [] });
    assert.deepEqual(retention({ rules: [{ repositories: "ci/**" }] })?.rules, [
      { repositories: "ci/**", deleteUntagged: true, deleteReferrers: true },
    ]);
  });

  const counts = "a whole number from 1 to 100000";
  const ages = 'an age of an hour or more, such as "30d" or "36h"';
  haveLimits([
    ...["mostRecentlyPushedCount", "mostRecentlyPulledCount"].map((key): Limits => [
      `retention.rules[0].keep[0].${key}`,
      keepWith(key),
      [1, 100_000],
      [0, 100_001, 1.5, "3"],
      counts,
    ]),
    ...["pushedWithin", "pulledWithin"].map((key): Limits => [
      `retention.rules[0].keep[0].${key}`,
      keepWith(key),
      ["1h", "60m", "36500d"],
      ["59m", "36501d", "1w"],
      ages,
    ]),
    [
      "retention.delay",
      (delay) => ({ retention: { delay } }),
      ["1h", "30d"],
      ["59m", 3600, null],
      ages,
    ],
    [
      "retention.rules[0].deleteUntagged",
      (deleteUntagged) => rules({ repositories: "ci/**", deleteUntagged }),
      [true, false],
      ["no", 0],
      "true or false",
    ],
    [
      "retention.rules[0].deleteReferrers",
      (deleteReferrers) => rules({ repositories: "ci/**", deleteReferrers }),
      [true, false],
      ["no", 0],
      "true or false",
    ],
    [
      "retention.rules[0].keep[0].tags",
      keepWith("tags"),
      [["v*"], ["v[0-9]*", "latest"]],
      [[], "v*"],
      "a list of patterns of tags, at least one",
    ],
    [
      "retention.rules[0].keep[0].tags[0]",
      (tag) => kept("ci/**", { tags: [tag] }),
      ["pr-?", "[a-f0-9]*"],
      ["", "v+", "[z-a]"],
      "a pattern of whole tags: * for any characters, ? for one, [0-9] for one of a set, such as v*",
    ],
    [
      "retention.rules[0].repositories",
      (repositories) => rules({ repositories }),
      ["ci/**", "*/app", "a"],
      ["", "/ci", "Ci", "a**"],
      "a pattern of repository names: * for a part between slashes, ** alone between slashes for any number of parts, such as team-a/**",
    ],
    [
      "retention.rules",
      (list) => ({ retention: { rules: list } }),
      [[]],
      [{ repositories: "ci/**" }, "ci/**"],
      "a list of objects, each with repositories and keep",
    ],
    [
      "retention.rules[0].keep",
      (keep) => rules({ repositories: "ci/**", keep }),
      [[{}], [{ tags: ["v*"] }, {}]],
      [[], { tags: ["v*"] }],
      "a list of what stays, at least one; left out, everything stays (an empty list would delete nothing, either)",
    ],
  ]);

  const lastAll = "all tags in the last place: a tag belongs to the first that names it";
  const ownPattern = "a pattern with repositories of its own: the first that matches holds";
  areTold([
    [
      "the first wider rule before one that is never reached",
      rules({ repositories: "a" }, { repositories: "ci/**" }, { repositories: "ci/web" }),
      "retention.rules[2].repositories",
      '"ci/web", which ci/** before it covers',
      ownPattern,
      "put the narrower rule first",
    ],
    [
      "a rule twice",
      rules({ repositories: "ci/*" }, { repositories: "ci/*" }),
      "retention.rules[1].repositories",
      '"ci/*", which ci/* before it covers',
      ownPattern,
      "put the narrower rule first",
    ],
    [
      "a rule for a cache",
      { ...rules({ repositories: "ci" }, { repositories: "ghcr.io/**" }), upstreams: ["ghcr.io"] },
      "retention.rules[1].repositories",
      '"ghcr.io/**", which lies in the cache of ghcr.io',
      "a pattern of repositories that are no cache's",
      "what a cache keeps is said by retention of the upstream",
    ],
    [
      "all tags before others",
      kept("ci/**", { tags: ["v*"] }, { tags: ["pr-*", "*"], pushedWithin: "7d" }, {}),
      "retention.rules[0].keep[1]",
      "all tags, and others after it",
      lastAll,
      "conditions of one object add up: each is enough to stay",
    ],
    [
      "a rule for a seed alone that lets its tags go by and by",
      {
        ...rules(
          { repositories: "a", keep: [{}] },
          { repositories: "openclaw/openclaw", keep: [{ pushedWithin: "7d" }] },
        ),
        seeds: [{ image: "a", tags: ["1"], archives: { "linux/amd64": "a.tar" } }, ...right.seeds],
      },
      "retention.rules[1].keep",
      "what does not keep every tag that is seeded into openclaw/openclaw",
      "what keeps seeded tags whatever their age, in the first object that names them",
      "begin with { tags: [3f2a91c, latest, 3f2a91c-amd64, 3f2a91c-arm64] }, or leave the rule out: wider rules leave seeded repositories alone",
    ],
  ]);

  const taken: [what: string, change: object][] = [
    ["the narrower rule first", rules({ repositories: "ci/web" }, { repositories: "ci/**" })],
    ["rules that share nothing", rules({ repositories: "ci/*" }, { repositories: "web/*" })],
    [
      "a rule around a cache",
      { ...rules({ repositories: "**", keep: [{}] }), upstreams: ["docker.io"] },
    ],
    ["a rule beside a cache", { ...rules({ repositories: "ci/**" }), upstreams: ["docker.io"] }],
    ["all tags last", kept("ci/**", { tags: ["v*"] }, { pushedWithin: "7d" })],
    ["all tags alone", kept("ci/**", {})],
    ["a wider rule around a seed", kept("openclaw/**", { pushedWithin: "7d" })],
    [
      "a rule for a seed that keeps its tags",
      kept("openclaw/openclaw", { tags: ["latest", "3f2a91c*"] }, { pushedWithin: "7d" }),
    ],
  ];
  for (const [what, change] of taken)
    it(`takes ${what}`, () => {
      assert.deepEqual(problemsOf(change), []);
    });

  it("is not judged beside seeds and upstreams that are wrong in themselves", () => {
    const change = { ...kept("a", { pushedWithin: "7d" }), upstreams: 3, seeds: 3 };
    const paths = problemsOf(change).map(({ path }) => path);
    assert.deepEqual(paths, ["zot-fleet:seeds", "zot-fleet:upstreams"]);
  });

  it("knows all tags of a seed, and of one platform those alone that were written", () => {
    const one = { image: "a", tags: ["1", "x"], archives: { "linux/amd64": "a.tar" } };
    const { seeds } = parseStackConfig({ ...right, seeds: [one, ...right.seeds] });
    assert.deepEqual(seededTags(seeds), [
      { repository: "a", tags: ["1", "x"] },
      {
        repository: "openclaw/openclaw",
        tags: ["3f2a91c", "latest", "3f2a91c-amd64", "3f2a91c-arm64"],
      },
    ]);
  });
});
