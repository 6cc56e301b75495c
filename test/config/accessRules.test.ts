import assert from "node:assert/strict";
import { accessProblems } from "../../src/config/access";
import { areTold, problemsOf, type Told } from "./told";
import { right } from "./wrongStacks";

const rules = (...patterns: string[]) => ({
  access: { rules: patterns.map((repositories) => ({ repositories })) },
});

describe("zot-fleet:access beside caches, seeds and Zot's version", () => {
  const apart =
    "patterns of which any two share no repository, or one lies within the other and is longer";
  const noCache = "a pattern of repositories that are no cache's";
  const pulls =
    "who may pull what is cached is said by access.tier, access.allow and anonymous of the upstream";
  areTold([
    [
      "a rule that reaches into a cache",
      { ...rules("web", "*/library"), upstreams: ["quay.io", "docker.io"] },
      "access.rules[1].repositories",
      '"*/library", which reaches into the cache of quay.io',
      noCache,
      pulls,
    ],
    [
      "a rule for half of what another is for",
      rules("a/*", "*/b"),
      "access.rules[1].repositories",
      '"*/b", which shares repositories with a/*, of which Zot would take one alone',
      apart,
    ],
    [
      "the same rule twice",
      rules("web", "app", "app"),
      "access.rules[2].repositories",
      '"app", which names what app names',
      apart,
    ],
    [
      "a rule that is as long as the one around it",
      rules("web", "a/**", "a/ui"),
      "access.rules[2].repositories",
      '"a/ui", which lies within a/** and is not longer, so that Zot would overlook it',
      apart,
      "write a/ui/**, which is longer",
    ],
    [
      "a rule that stays too short",
      rules("team-name-*/**", "team-name-a"),
      "access.rules[1].repositories",
      '"team-name-a", which lies within team-name-*/** and is not longer, so that Zot would overlook it',
      apart,
    ],
    [
      "a rule that two stars make no longer",
      rules("*/**", "x/**"),
      "access.rules[1].repositories",
      '"x/**", which lies within */** and is not longer, so that Zot would overlook it',
      apart,
    ],
    [
      "moving tags, with a Zot that lets nobody move one alone",
      { access: { moving: ["latest"] }, zot: { version: "2.1.16" } },
      "access.moving",
      "a list of 1 with Zot 2.1.16",
      "nothing: Zot 2.1.16 does not know conditions in an access policy, which came with 2.1.17",
      "set zot-fleet:zot.version to 2.1.17 or newer, or leave this out",
    ],
    ...["docker.io", "docker.io/library/a"].map((image): Told => [
      `a seed ${image}, which a cache would take for its own`,
      {
        seeds: [...right.seeds, { image, tags: ["1"], archives: { "linux/amd64": "a.tar" } }],
        upstreams: ["quay.io", "docker.io"],
      },
      "seeds[1].image",
      `"${image}", which lies in the cache of docker.io`,
      "a repository outside of quay.io and docker.io",
    ]),
  ]);

  const taken: [what: string, change: object][] = [
    ["rules that share nothing", rules("a/*", "b/*")],
    ["a longer rule in a wider one", rules("a/**", "a/b/**")],
    ["rules beside a cache", { ...rules("ci/**"), upstreams: ["docker.io"] }],
    [
      "moving tags with a Zot that has conditions",
      { access: { moving: ["a"] }, zot: { version: "2.1.17" } },
    ],
    ["an older Zot where no tag moves", { zot: { version: "2.1.16" } }],
    [
      "a seed whose name begins like a cache's",
      {
        seeds: [{ image: "docker.io-x", tags: ["1"], archives: { "linux/amd64": "a.tar" } }],
        upstreams: ["docker.io"],
      },
    ],
  ];
  for (const [what, change] of taken)
    it(`takes ${what}`, () => {
      assert.deepEqual(problemsOf(change), []);
    });

  it("is not judged beside what is wrong in itself", () => {
    const moving = { moving: ["latest"] };
    for (const raw of [
      {},
      { access: 3 },
      { access: moving },
      { access: moving, zot: 3 },
      { access: moving, zot: { version: "2" } },
      { upstreams: 3, seeds: 3, access: { rules: [{ repositories: "docker.io/**" }] } },
      { upstreams: ["docker.io"], seeds: [{ image: 3 }, {}] },
      { upstreams: ["docker.io"] },
    ])
      assert.deepEqual(accessProblems(raw), [], JSON.stringify(raw));
  });
});
