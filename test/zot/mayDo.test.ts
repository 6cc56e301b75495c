import assert from "node:assert/strict";
import type { AccessControl } from "../../src/zot/accessControl";
import { mayDo, type Asker, type Wish } from "../../src/zot/mayDo";
import { onlyTags, type PolicyGroup } from "../../src/zot/policies";

const version = "2.1.18";
const adminPolicy: AccessControl["adminPolicy"] = { users: ["admin"], actions: ["read", "delete"] };
const pull = { action: "read", repository: "team/app", reference: "v1" } as const;
const ana = { user: "ana" };

const may = (
  repositories: Record<string, PolicyGroup>,
  asker: Asker,
  wish: Partial<Wish> = {},
  more: Partial<AccessControl> = {},
) => mayDo({ repositories, adminPolicy, ...more }, version, asker, { ...pull, ...wish });

describe("what Zot would let somebody do", () => {
  it("is nothing where no pattern is the repository's, but for an admin's own actions", () => {
    const elsewhere = { "other/**": { defaultPolicy: ["read" as const] } };
    for (const repositories of [{}, elsewhere]) {
      assert.ok(!may(repositories, ana));
      assert.ok(!may(repositories, {}));
      assert.ok(may(repositories, { user: "admin" }));
      assert.ok(!may(repositories, { user: "admin" }, { action: "create" }));
    }
  });

  it("is what the longest pattern says, and no other", () => {
    const repositories = {
      "**": { defaultPolicy: ["read" as const] },
      "team/**": { defaultPolicy: [], anonymousPolicy: [] },
      "team/app/**": { defaultPolicy: ["create" as const] },
    };
    assert.ok(may(repositories, ana, { repository: "web" }));
    assert.ok(!may(repositories, ana, { repository: "team/web" }));
    assert.ok(!may(repositories, ana));
    assert.ok(may(repositories, ana, { action: "create" }));
    const turned = Object.fromEntries(Object.entries(repositories).reverse());
    assert.ok(!may(turned, ana));
    assert.ok(may(turned, ana, { action: "create" }));
  });

  it("tells strangers from whoever signed in", () => {
    const open = { "**": { defaultPolicy: [], anonymousPolicy: ["read" as const] } };
    assert.deepEqual([may(open, {}), may(open, ana)], [true, false]);
    const closed = { "**": { defaultPolicy: ["read" as const] } };
    assert.deepEqual([may(closed, {}), may(closed, ana)], [false, true]);
  });

  it("knows who is in a group of the config, and believes an identity provider about others", () => {
    const policies = [{ users: [], groups: ["builders"], actions: ["read" as const] }];
    const repositories = { "**": { policies, defaultPolicy: [] } };
    const groups = { builders: { users: ["ana", ""] }, others: { users: ["ben"] } };
    const as = (asker: Asker) => may(repositories, asker, {}, { groups });
    assert.ok(as(ana));
    assert.ok(!as({ user: "ben" }));
    assert.ok(as({ user: "ben", groups: ["x", "builders"] }));
    // Nobody has a group who has no name.
    assert.ok(!as({ groups: ["builders"] }));
    assert.ok(!may(repositories, ana));
  });

  it("makes admins of a group, too", () => {
    const more = { adminPolicy: { ...adminPolicy, groups: ["platform"] } };
    assert.ok(may({}, { user: "ana", groups: ["platform"] }, {}, more));
    assert.ok(!may({}, { user: "ana", groups: ["builders"] }, {}, more));
    assert.ok(!may({}, { user: "ana", groups: ["platform"] }, { action: "update" }, more));
  });

  it("asks of a policy its action, its people and all of its conditions", () => {
    const when = (...tags: string[][]) => ({
      "**": {
        policies: [
          {
            users: ["ana"],
            actions: ["update" as const],
            conditions: tags.map((each) => ({ expression: onlyTags(each), message: "" })),
          },
        ],
        defaultPolicy: [],
      },
    });
    const move = (reference: string) => ({ action: "update" as const, reference });
    assert.ok(may(when(["latest", "main"]), ana, move("main")));
    assert.ok(!may(when(["latest", "main"]), ana, move("v1")));
    assert.ok(!may(when(["main", "latest"], ["latest"]), ana, move("main")));
    assert.ok(may(when(), ana, move("v1")));
    assert.ok(!may(when(), { user: "ben" }, move("v1")));
    assert.ok(!may(when(), ana, { action: "delete" }));
    const noTag = { action: "update" as const, repository: "team/app" };
    assert.ok(!mayDo({ repositories: when(["latest"]), adminPolicy }, version, ana, noTag));
  });

  it("says so where it cannot know a condition", () => {
    const conditions = [{ expression: "req.time > 5", message: "" }];
    const policies = [{ users: ["ana"], actions: ["read" as const], conditions }];
    assert.throws(() => may({ "**": { policies, defaultPolicy: [] } }, ana), {
      name: "RangeError",
      message: '"req.time > 5" is no condition of ours',
    });
    assert.ok(!may({ "**": { policies, defaultPolicy: [] } }, { user: "ben" }));
  });

  it("lets create move latest before 2.1.15, and delete it no more than later", () => {
    const policies = [{ users: ["ana"], actions: ["create" as const] }];
    const access = { repositories: { "**": { policies, defaultPolicy: [] } }, adminPolicy };
    const at = (version: string, action: Wish["action"], reference: string) =>
      mayDo(access, version, ana, { action, repository: "a", reference });
    assert.deepEqual(
      [at("2.1.14", "update", "latest"), at("2.1.14", "update", "v1")],
      [true, false],
    );
    assert.deepEqual(
      [at("2.1.14", "delete", "latest"), at("2.1.15", "update", "latest")],
      [false, false],
    );
  });
});
