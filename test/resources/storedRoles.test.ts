import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../src/checks/expectations";
import { inStoredRoles } from "../../src/resources/storedRoles";
import { roleOf, roles, roleWords, storedRole } from "../../src/zot/roles";

/** What states of 0.1 hold: another word would be a change of every stack that is deployed. */
const stored = { admin: "admin", ci: "pusher", puller: "reader", metrics: "scraper" } as const;

describe("the roles of accounts", () => {
  it("have the words of people, and those of states", () => {
    assert.deepEqual(Object.fromEntries(roles.map((role) => [role, storedRole(role)])), stored);
    for (const role of roles) {
      assert.equal(roleOf(stored[role]), role);
      assert.equal(roleOf(role), role);
      assert.equal(storedRole(stored[role]), stored[role]);
      assert.deepEqual(accountOf({ username: "a", role: stored[role] }), { username: "a", role });
    }
    assert.deepEqual(
      [...roleWords].sort(),
      [...new Set([...roles, ...Object.values(stored)])].sort(),
    );
  });

  it("are no other words", () => {
    for (const word of ["owner", "", "Admin", "toString"])
      assert.throws(() => roleOf(word as "ci"), /is no role: there are admin, ci, puller, metrics/);
  });

  it("go into a state one by one, so that a password that is not known yet hides no other account", () => {
    const password = pulumi.output(new Promise<string>(() => undefined));
    const { accounts, ...rest } = inStoredRoles({
      url: "x",
      accounts: [
        { username: "ci-2", role: "ci", password },
        { username: "puller-2", role: "reader" },
      ],
    });
    assert.deepEqual(rest, { url: "x" });
    assert.deepEqual(accounts, [
      { username: "ci-2", role: "pusher", password },
      { username: "puller-2", role: "reader" },
    ]);
  });

  it("are translated where the accounts are known later", async () => {
    const later = pulumi.output([pulumi.output({ username: "m", role: "metrics" as const })]);
    const { accounts } = inStoredRoles({ accounts: later });
    const known = await new Promise((resolve) => pulumi.output(accounts).apply(resolve));
    assert.deepEqual(known, [{ username: "m", role: "scraper" }]);
  });
});
