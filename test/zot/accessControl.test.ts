import assert from "node:assert/strict";
import fc from "fast-check";
import { accessControl } from "../../src/zot/accessControl";
import type { AccessSettings } from "../../src/zot/accessSettings";
import { mayDo } from "../../src/zot/mayDo";
import type { Action } from "../../src/zot/policies";
import { zotConfig } from "../../src/zot/zotConfig";
import { skipWithout } from "../support/skip";
import { zotVerify, zotVersionOf } from "../support/zotVerify";

const accounts = {
  admins: ["admin"],
  readers: ["puller-4", "puller-3"],
  pushers: ["ci-4", "ci-3"],
};

/** Who may do what with a repository, under these settings. */
function may(access: AccessSettings, caches: { prefix: string; anonymous?: boolean }[] = []) {
  const control = accessControl({ ...accounts, access, caches });
  return (user: string | undefined, action: Action, repository: string, reference = "v1") =>
    mayDo(control, "2.1.18", { user }, { action, repository, reference });
}

describe("accessControl", () => {
  it("adds a rule to what is around it, though Zot takes the longest pattern alone", () => {
    const allowed = may({
      tier: "read-public",
      rules: [
        { repositories: "team/**", allow: [{ who: ["user:ana"], what: ["push-new"] }] },
        { repositories: "team/app/**", allow: [{ who: ["user:ben"], what: ["delete"] }] },
      ],
    });
    assert.ok(allowed("ana", "create", "team/app/web"));
    assert.ok(allowed("ben", "delete", "team/app/web"));
    assert.ok(!allowed("ben", "create", "team/app/web"));
    assert.ok(allowed("puller-3", "read", "team/app/web"));
    assert.ok(allowed("ci-3", "create", "team/app/web"));
    assert.ok(allowed(undefined, "read", "team/app/web"));
    assert.ok(!allowed("ben", "delete", "team/other"));
  });

  it("lets whoever signs in do what strangers may", () => {
    assert.ok(may({ tier: "read-public" })("whoever", "read", "a"));
  });

  it("starts afresh at a rule with a tier", () => {
    const allowed = may({
      tier: "read-public",
      allow: [{ who: ["user:ana"], what: ["pull"] }],
      rules: [{ repositories: "secret/**", tier: "private" }],
    });
    assert.ok(!allowed(undefined, "read", "secret/x"));
    assert.ok(!allowed("ana", "read", "secret/x"));
    assert.ok(allowed("puller-4", "read", "secret/x"));
  });

  it("gives a role's rights to a group, an identity provider's included", () => {
    const control = accessControl({
      ...accounts,
      access: { roles: { ci: ["group:builders"], admin: ["group:platform"] } },
    });
    const wish = (action: Action) => ({ action, repository: "a", reference: "v1" });
    const as = (group: string) => ({ user: "ana@killinit.cc", groups: [group] });
    assert.ok(mayDo(control, "2.1.18", as("builders"), wish("create")));
    assert.ok(!mayDo(control, "2.1.18", as("builders"), wish("update")));
    assert.ok(mayDo(control, "2.1.18", as("platform"), wish("delete")));
    assert.ok(!mayDo(control, "2.1.18", as("others"), wish("read")));
  });

  it("lets nobody but admins write in a cache", () => {
    const allowed = may({ allow: [{ who: ["user:ana", "ci"], what: ["delete", "overwrite"] }] }, [
      { prefix: "docker.io", anonymous: true },
    ]);
    for (const user of ["ci-4", "ana", undefined]) {
      assert.ok(allowed(user, "read", "docker.io/library/x"));
      for (const action of ["create", "update", "delete"] as const)
        assert.ok(!allowed(user, action, "docker.io/library/x"), `${user ?? ""} ${action}`);
    }
    assert.ok(allowed("admin", "delete", "docker.io/library/x"));
    assert.ok(!allowed(undefined, "read", "team/x"));
  });

  it("closes a cache to strangers alone", () => {
    const allowed = may({ tier: "read-public" }, [{ prefix: "ghcr.io", anonymous: false }]);
    assert.ok(!allowed(undefined, "read", "ghcr.io/x"));
    assert.ok(allowed("puller-4", "read", "ghcr.io/x"));
  });

  it("knows that create was enough to move latest before 2.1.15", () => {
    const control = accessControl(accounts);
    const wish = (reference: string) => ({ action: "update" as const, repository: "a", reference });
    assert.ok(mayDo(control, "2.1.14", { user: "ci-4" }, wish("latest")));
    assert.ok(!mayDo(control, "2.1.14", { user: "ci-4" }, wish("v1")));
    assert.ok(!mayDo(control, "2.1.15", { user: "ci-4" }, wish("latest")));
  });

  for (const [what, rules] of [
    ["which shares repositories with", ["*/app", "team/*"]],
    ["is not longer", ["team-*/**", "team-a"]],
    ["which names what", ["team/**", "team/**"]],
    ["is not longer", ["ab"]],
  ] as const)
    it(`refuses a pattern ${what} another: ${rules.join(" and ")}`, () => {
      const list = rules.map((repositories) => ({ repositories }));
      assert.throws(
        () => accessControl({ ...accounts, access: { rules: list } }),
        (error) => error instanceof RangeError && error.message.includes(what),
      );
    });

  it("is, by default, three policies and an admin, in Zot's spelling", () => {
    // examples/README.md of Zot, "Identity-based Authorization".
    assert.deepEqual(accessControl(accounts), {
      repositories: {
        "**": {
          policies: [
            { users: ["puller-4", "puller-3"], actions: ["read"] },
            { users: ["ci-4", "ci-3"], actions: ["read", "create"] },
          ],
          defaultPolicy: [],
        },
      },
      adminPolicy: { users: ["admin"], actions: ["read", "create", "update", "delete"] },
    });
  });

  it("names nobody whom nobody named", () => {
    assert.deepEqual(accessControl({ admins: ["admin"], access: { tier: "read-public" } }), {
      repositories: { "**": { defaultPolicy: ["read"], anonymousPolicy: ["read"] } },
      adminPolicy: { users: ["admin"], actions: ["read", "create", "update", "delete"] },
    });
  });

  it("has groups, an admins' group and readers of the metrics where they are named", () => {
    const { groups, adminPolicy, metrics } = accessControl({
      ...accounts,
      metricsReaders: ["metrics-1"],
      access: { groups: { team: ["ana"] }, roles: { admin: ["group:platform", "user:ben"] } },
    });
    assert.deepEqual(groups, { team: { users: ["ana"] } });
    assert.deepEqual(adminPolicy.users, ["admin", "ben"]);
    assert.deepEqual(adminPolicy.groups, ["platform"]);
    assert.deepEqual(metrics, { users: ["metrics-1"] });
  });

  it("goes on from the innermost of several tiers, and with what is granted within it", () => {
    const allowed = may({
      tier: "read-public",
      rules: [
        { repositories: "a/**", tier: "private", allow: [{ who: ["user:ana"], what: ["pull"] }] },
        { repositories: "a/b/**", tier: "read-public" },
        { repositories: "a/b/c/**", allow: [{ who: ["user:ben"], what: ["delete"] }] },
      ],
    });
    assert.ok(allowed("ana", "read", "a"));
    assert.ok(!allowed(undefined, "read", "a/x"));
    assert.ok(allowed(undefined, "read", "a/b/x"));
    assert.ok(allowed(undefined, "read", "a/b/c/x"));
    assert.ok(allowed("ben", "delete", "a/b/c/x"));
    assert.ok(!allowed("ben", "delete", "a/b/x"));
  });

  it("opens a cache as its tier has it, and by itself where it says so", () => {
    const strangers = (tier: "private" | "read-public", anonymous?: boolean) =>
      may({ tier }, [{ prefix: "quay.io", ...(anonymous === undefined ? {} : { anonymous }) }])(
        undefined,
        "read",
        "quay.io/x",
      );
    assert.deepEqual([strangers("private"), strangers("private", true)], [false, true]);
    assert.deepEqual([strangers("read-public"), strangers("read-public", false)], [true, false]);
  });

  it("lets those pull from a closed cache who sign in and may pull elsewhere by being anybody", () => {
    const allow = [{ who: ["anonymous"], what: ["pull"] }] as const;
    const allowed = may({ allow }, [{ prefix: "ghcr.io", anonymous: false }]);
    assert.ok(allowed("whoever", "read", "ghcr.io/x"));
    assert.ok(!allowed(undefined, "read", "ghcr.io/x"));
  });

  it("refuses a registry without an admin, and names that are no accounts' wherever they stand", () => {
    assert.throws(
      () => accessControl({ ...accounts, admins: [] }),
      /^RangeError: a registry has at least one admin$/,
    );
    for (const role of ["admins", "readers", "pushers", "metricsReaders"] as const)
      assert.throws(
        () => accessControl({ ...accounts, [role]: ["fine", "a:b"] }),
        /^RangeError: "a:b" is no account: a user name holds no colon$/,
      );
  });

  it("refuses a rule for what a cache holds, and says which", () => {
    assert.throws(() => {
      const access = { rules: [{ repositories: "docker.io/*" }] };
      accessControl({ ...accounts, access, caches: [{ prefix: "docker.io" }] });
    }, /^RangeError: docker\.io\/\*, which lies within docker\.io\/\*\* and is not longer/);
  });

  it("does not depend on the order of rules and grants", () => {
    const grant = fc.record({
      who: fc.constantFrom("user:ana", "group:g", "signed-in", "ci").map((each) => [each] as const),
      what: fc.constantFrom("pull", "push-new", "overwrite", "delete").map((each) => [each]),
    });
    const rule = fc.record({
      repositories: fc.constantFrom("a/**", "a/b/**", "a/b/c/**", "d/**", "d/*/e/**"),
      allow: fc.array(grant, { maxLength: 2 }),
    });
    const rules = fc.uniqueArray(rule, { selector: ({ repositories }) => repositories });
    const asked = fc.constantFrom("a", "a/b", "a/b/c", "a/b/x", "d/x", "d/x/e", "z");
    const user = fc.constantFrom("ana", "ci-4", "puller-3", "other");
    fc.assert(
      fc.property(rules, asked, user, (list, repository, who) => {
        const [one, other] = [list, list.toReversed()].map((each) =>
          may({ rules: each, groups: { g: ["other"] } }),
        );
        for (const action of ["read", "create", "update", "delete"] as const)
          assert.equal(one?.(who, action, repository), other?.(who, action, repository));
      }),
    );
  });

  it("makes nothing that zot verify refuses", async function () {
    const zot = skipWithout("zot", this);
    this.timeout(120_000);
    const config = zotConfig({
      ...accounts,
      version: await zotVersionOf(zot),
      address: "0.0.0.0",
      port: 5000,
      rootDirectory: "/var/lib/registry",
      htpasswdPath: "/secret/htpasswd",
      access: {
        tier: "read-public",
        moving: ["latest", "1.0"],
        groups: { team: ["ana"] },
        rules: [{ repositories: "team/**", allow: [{ who: ["group:team"], what: ["delete"] }] }],
      },
      upstreams: [{ name: "docker.io", url: "https://registry-1.docker.io" }],
    });
    assert.equal(await zotVerify(zot, config), undefined);
  });

  it("is refused tags that move by a Zot without conditions", () => {
    assert.throws(
      () =>
        zotConfig({
          ...accounts,
          version: "2.1.16",
          address: "0.0.0.0",
          port: 5000,
          rootDirectory: "/x",
          htpasswdPath: "/y",
          access: { moving: ["latest"] },
        }),
      /conditions in an access policy, which came with 2\.1\.17/,
    );
  });
});
