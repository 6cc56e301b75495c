import assert from "node:assert/strict";
import { roleOf, roles, roleWords, storedRole } from "../../src/zot/roles";

describe("roles", () => {
  for (const [role, stored] of [
    ["admin", "admin"],
    ["ci", "pusher"],
    ["puller", "reader"],
    ["metrics", "scraper"],
  ] as const)
    it(`${role} is ${stored} in states, whichever of them is said`, () => {
      assert.deepEqual([storedRole(role), storedRole(stored)], [stored, stored]);
      assert.deepEqual([roleOf(role), roleOf(stored)], [role, role]);
    });

  it("have each word once", () => {
    assert.deepEqual(roles, ["admin", "ci", "puller", "metrics"]);
    assert.deepEqual(roleWords, [...roles, "pusher", "reader", "scraper"]);
  });

  it("are refused where a word is none, with those that there are", () => {
    assert.throws(() => roleOf("owner" as "ci"), {
      name: "RangeError",
      message: "owner is no role: there are admin, ci, puller, metrics",
    });
  });
});
