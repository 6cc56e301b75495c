import assert from "node:assert/strict";
import { parseStackConfig } from "../../src/config/stack";
import { areTold, haveLimits, problemsOf, type Limits, type Told } from "./told";
import { right } from "./wrongStacks";

const access = (key: string) => (value: unknown) => ({ access: { [key]: value } });
const allow = (grant: object) => ({ access: { allow: [grant] } });
const anybody = "anonymous, signed-in, ci, puller, user:NAME or group:NAME";
const rotates = (word: string) =>
  `the next rotation makes another account: write ${word}, which is every generation of it`;

describe("zot-fleet:access", () => {
  it("grants nothing beside the tier where nothing is said", () => {
    const said = { access: { rules: [{ repositories: "ci/**" }] } };
    assert.deepEqual(parseStackConfig({ ...right, ...said }).access.rules, [
      { repositories: "ci/**", allow: [] },
    ]);
  });

  haveLimits([
    [
      "access.tier",
      access("tier"),
      ["private", "read-public"],
      ["", 1],
      '"private" or "read-public"',
    ],
    [
      "access.rules[0].tier",
      (tier) => ({ access: { rules: [{ repositories: "ci/**", tier }] } }),
      ["private", "read-public"],
      ["public", null],
      '"private" or "read-public"',
    ],
    [
      "access.allow",
      access("allow"),
      [[]],
      [{}, "ci"],
      "a list of objects, each with who and what",
    ],
    [
      "access.allow[0].who",
      (who) => allow({ who, what: ["pull"] }),
      [["ci", "puller"]],
      [[], "ci"],
      "a list of anonymous, signed-in, ci, puller, user:NAME and group:NAME",
    ],
    [
      "access.allow[0].who[0]",
      (who) => allow({ who: [who], what: ["pull"] }),
      [
        "anonymous",
        "signed-in",
        "ci",
        "puller",
        "user:a",
        "user:Ana B",
        "user:ci",
        "user:ci-x",
        "user:xci-1",
        "user:ci-1b",
        "group:user:ci-1",
        "group:Team A",
        "group:#a: b",
      ],
      [
        "",
        "nobody-of-all-these",
        "user:",
        "group:",
        "user: a",
        "user:a:b",
        "user:#a",
        "user:a\n",
        "group:a\n",
        "x user:a",
        "ci ",
        "user:ci-1",
      ],
      anybody,
    ],
    [
      "access.allow[0].what",
      (what) => allow({ who: ["ci"], what }),
      [["pull"], ["push-new", "overwrite", "delete"]],
      [[], "pull"],
      "a list of pull, push-new, overwrite, delete",
    ],
    [
      "access.allow[0]",
      (grant) => allow(grant as object),
      [
        { who: ["anonymous"], what: ["pull"] },
        { who: ["ci"], what: ["delete"] },
      ],
      [{ who: ["ci", "anonymous"], what: ["pull", "delete"] }, "ci"],
      "an object with who and what, in which anonymous may only pull",
    ],
    ["access.moving", access("moving"), [["latest", "edge"]], ["latest", {}], "a list of tags"],
    [
      "access.moving[0]",
      (tag) => ({ access: { moving: [tag] } }),
      ["latest"],
      ["a/b", "", ".a"],
      "a tag: at most 128 letters, digits, _ . or -, and not . or - first",
    ],
    [
      "access.groups.team",
      (team) => ({ access: { groups: { team } } }),
      [[], ["ana"]],
      ["ana", {}],
      "a list of accounts",
    ],
    [
      "access.rules",
      access("rules"),
      [[]],
      [{ repositories: "a" }],
      "a list of objects, each with repositories, tier and allow",
    ],
    [
      "access.rules[0].repositories",
      (repositories) => ({ access: { rules: [{ repositories }] } }),
      ["ci/**", "a*/b"],
      ["", "a/", "a**"],
      "a pattern of repository names: * for a part between slashes, ** alone between slashes for any number of parts, such as team-a/**",
    ],
    ...["admin", "ci", "puller"].flatMap((role): Limits[] => [
      [
        `access.roles.${role}`,
        (who) => ({ access: { roles: { [role]: who } } }),
        [[], ["user:ana", "group:team"]],
        ["user:ana"],
        "a list of user:NAME and group:NAME",
      ],
      [
        `access.roles.${role}[0]`,
        (who) => ({ access: { roles: { [role]: [who] } } }),
        ["user:ana", "group:b c"],
        ["ci", "signed-in", "user:puller-12", "user:"],
        "user:NAME or group:NAME",
      ],
    ]),
  ]);

  for (const group of ["team", "a", "0", "a_b.c-d"])
    it(`takes ${group} for a group's name`, () => {
      assert.deepEqual(problemsOf({ access: { groups: { [group]: ["ana"] } } }), []);
    });
  for (const group of ["Team", "", "-a", "a b", "a:b"])
    it(`does not take "${group}" for a group's name`, () => {
      assert.deepEqual(
        problemsOf({ access: { groups: { [group]: ["ana"] } } }).map((each) => each.allowed),
        ["a group's name in lower case"],
      );
    });

  areTold([
    ...(
      [
        ["user:ci-3", rotates("ci")],
        ["user:puller-12", rotates("puller")],
        ["signed_in", "did you mean signed-in?"],
        ["CI", "did you mean ci?"],
        ["pulller", "did you mean puller?"],
        ["anonymos", "did you mean anonymous?"],
        ["user", undefined],
      ] as const
    ).map(([who, hint]): Told => [
      `${who}, which is nobody`,
      allow({ who: [who], what: ["pull"] }),
      "access.allow[0].who[0]",
      `"${who}"`,
      anybody,
      ...(hint === undefined ? ([] as const) : ([hint] as const)),
    ]),
  ]);
});
