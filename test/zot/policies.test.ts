import assert from "node:assert/strict";
import fc from "fast-check";
import type { Grant } from "../../src/zot/accessSettings";
import {
  actions,
  onlyTags,
  policyGroup,
  rightOf,
  split,
  tagsOf,
  type Roles,
} from "../../src/zot/policies";

const roles: Roles = { ci: ["user:ci-1", "group:builders"], puller: ["user:puller-1"] };
const none = { defaultPolicy: [] };

describe("grants in Zot's words", () => {
  for (const [what, actions] of [
    ["pull", ["read"]],
    ["push-new", ["read", "create"]],
    ["overwrite", ["read", "create", "update"]],
    ["delete", ["read", "delete"]],
  ] as const) {
    it(`${what} is ${actions.join(", ")}, of an account`, () => {
      const group = policyGroup([{ who: ["user:ana"], what: [what] }], roles);
      assert.deepEqual(group, { ...none, policies: [{ users: ["ana"], actions }] });
    });

    it(`${what} of strangers is that of everybody, and of whoever signs in not theirs`, () => {
      const of = (who: Grant["who"]) => policyGroup([{ who, what: [what] }], roles);
      assert.deepEqual(of(["anonymous"]), { defaultPolicy: actions, anonymousPolicy: actions });
      assert.deepEqual(of(["signed-in"]), { defaultPolicy: actions });
    });
  }

  it("are nothing where nobody is granted anything", () => {
    assert.deepEqual(policyGroup([], roles), none);
    const nobody = { ci: [], puller: [] };
    assert.deepEqual(policyGroup([{ who: ["ci"], what: ["delete"] }], nobody, ["latest"]), none);
  });

  it("name who has a role, groups and accounts apart, each once, the actions in Zot's order", () => {
    const grant: Grant = {
      who: ["ci", "puller", "user:ci-1", "group:g", "anonymous", "signed-in"],
      what: ["delete", "push-new"],
    };
    const actions = ["read", "create", "delete"];
    assert.deepEqual(policyGroup([grant], roles), {
      policies: [{ users: ["ci-1", "puller-1"], groups: ["builders", "g"], actions }],
      defaultPolicy: actions,
      anonymousPolicy: actions,
    });
    const [policy] = policyGroup([{ who: ["group:g"], what: ["pull"] }], roles).policies ?? [];
    assert.deepEqual(policy, { users: [], groups: ["g"], actions: ["read"] });
  });

  it("let whoever pushes what is new move the tags that move, and nobody else", () => {
    const grants: Grant[] = [
      { who: ["ci"], what: ["push-new"] },
      { who: ["user:ana", "user:ci-1"], what: ["push-new", "pull"] },
      { who: ["puller"], what: ["pull"] },
      { who: ["user:ben", "group:owners"], what: ["overwrite"] },
      { who: ["user:eve"], what: ["delete"] },
    ];
    const { policies = [] } = policyGroup(grants, roles, ["latest", "main"]);
    assert.equal(policies.length, grants.length + 1);
    assert.deepEqual(policies.at(-1), {
      users: ["ci-1", "ana"],
      groups: ["builders"],
      actions: ["update"],
      conditions: [
        {
          expression: 'req.reference in ["latest", "main"]',
          message: "only latest, main may be moved",
        },
      ],
    });
    assert.equal(policyGroup(grants, roles).policies?.length, grants.length);
    const alone = policyGroup([{ who: ["user:ana"], what: ["push-new"] }], roles, ["latest"]);
    assert.deepEqual(Object.keys(alone.policies?.at(-1) ?? {}), ["users", "actions", "conditions"]);
    for (const grant of grants.slice(2))
      assert.equal(policyGroup([grant], roles, ["latest"]).policies?.length, 1);
  });

  it("tell names of users from those of groups, which may be the same", () => {
    const members = ["user:a", "group:a", "user:group:b", "user:a", "group:b"] as const;
    assert.deepEqual(split(members), { users: ["a", "group:b"], groups: ["a", "b"] });
  });

  it("read their own condition again, and no other", () => {
    const tags = fc.array(fc.stringMatching(/^\w[\w.-]{0,12}$/), { maxLength: 4 });
    fc.assert(
      fc.property(tags, (some) => {
        assert.deepEqual(tagsOf(onlyTags(some)), some);
      }),
    );
    for (const other of [
      'req.reference == "latest"',
      'true || req.reference in ["latest"]',
      'req.reference in ["latest"] || true',
      "",
    ])
      assert.equal(tagsOf(other), undefined, other);
  });

  it("have a right for each of Zot's actions, which brings it", () => {
    assert.deepEqual(rightOf, {
      read: "pull",
      create: "push-new",
      update: "overwrite",
      delete: "delete",
    });
    for (const action of actions) {
      const grants: Grant[] = [{ who: ["signed-in"], what: [rightOf[action]] }];
      assert.ok(policyGroup(grants, roles).defaultPolicy.includes(action));
    }
  });
});
