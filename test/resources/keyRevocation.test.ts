import assert from "node:assert/strict";
import type { RevocationRuns } from "../support/revocationRuns";
import { admin, ci, everyone, fleet, useRevocations, without } from "../support/useRevocations";

describe("revoking the API keys of accounts that change, in two steps", () => {
  const { zot, said, stack: deployed } = useRevocations();
  let stack: RevocationRuns;
  beforeEach(() => {
    stack = deployed();
  });

  const fails = (events: Parameters<RevocationRuns["deploy"]>[0], words: RegExp) =>
    assert.rejects(stack.deploy(events), words);
  const withPassword = (password: string) => [{ username: "admin", password }, ci, fleet];

  it("takes what was made before it and what is made until the pod has restarted", async () => {
    const [old, of] = [zot().make("admin", "old"), zot().make("fleet", "of another")];
    stack.wanted = { accounts: withPassword("next") };
    await stack.up({
      between: () => {
        assert.deepEqual(zot().of("admin"), []);
        zot().make("admin", "by whoever holds the leaked password");
      },
    });
    assert.deepEqual(zot().of("admin"), []);
    assert.equal(zot().signsIn(old), 401);
    assert.equal(zot().signsIn(of), 200);
    assert.deepEqual(stack.end?.owed, []);
  });

  it("leaves alone what is made with the new password, whatever else is deployed", async () => {
    stack.wanted = { accounts: withPassword("next") };
    await stack.up();
    const mine = zot().make("admin", "laptop");
    stack.wanted = {
      accounts: [...withPassword("next"), { username: "ci-2", password: "of-ci-2" }],
    };
    await stack.up();
    stack.wanted = { ...stack.wanted, revoke: false };
    await stack.up();
    stack.wanted = { ...stack.wanted, revoke: true };
    await stack.up();
    assert.equal(zot().signsIn(mine), 200);
  });

  it("takes it after a deployment that failed, however much later that is repaired", async () => {
    stack.wanted = { accounts: withPassword("next") };
    await fails({ failsBefore: true }, /release/);
    zot().make("admin", "in the days between");
    await fails({ failsAfter: true }, /proof/);
    zot().make("admin", "and before the next try");
    await stack.up();
    assert.deepEqual(zot().of("admin"), []);
  });

  it("takes it where the change is taken back, or followed by another", async () => {
    stack.wanted = { accounts: withPassword("next") };
    await fails({ failsAfter: true }, /proof/);
    stack.wanted = { accounts: everyone };
    await stack.up({ between: () => zot().make("admin", "by the one that is taken back") });
    assert.deepEqual(zot().of("admin"), []);
    stack.wanted = { accounts: withPassword("next") };
    await fails({ failsBefore: true }, /release/);
    stack.wanted = { accounts: withPassword("the one after") };
    await stack.up({ between: () => zot().make("admin", "by the first") });
    assert.deepEqual(zot().of("admin"), []);
  });

  it("keeps the name of an account that goes until its keys are listed and gone, and then lets it go", async () => {
    stack.wanted = { accounts: without("ci-1") };
    await stack.up({ between: () => zot().make("ci-1", "by a robot") });
    assert.deepEqual(zot().of("ci-1"), []);
    assert.deepEqual(stack.kept, ["ci-1"]);
    assert.equal(zot().signsIn(ci), 401);
    assert.deepEqual(stack.end?.owed, []);
    stack.wanted = { accounts: [...without("ci-1"), { username: "ci-2", password: "of-ci-2" }] };
    await stack.up();
    assert.deepEqual(stack.kept, []);
    assert.equal(zot().users.has("ci-1"), false);
  });

  it("gives a name that is kept back to an account that comes again, without the keys of before", async () => {
    stack.wanted = { accounts: without("ci-1") };
    await fails({ failsAfter: true }, /proof/);
    zot().make("ci-1", "left");
    stack.wanted = { accounts: [admin, { username: "ci-1", password: "another" }, fleet] };
    await stack.up();
    assert.deepEqual(stack.kept, []);
    assert.deepEqual(zot().of("ci-1"), []);
  });

  it("does not end while a key makes another", async () => {
    let spawned = 0;
    stack.wanted = { accounts: without("ci-1") };
    zot().make("ci-1", "seed");
    zot().fault = (method, _path, username) => {
      if (method === "DELETE" && username === "ci-1" && spawned++ < 3) zot().make("ci-1", "spawn");
      return undefined;
    };
    await stack.up();
    assert.ok(spawned > 3);
    assert.deepEqual(zot().of("ci-1"), []);
    zot().make("admin", "seed");
    zot().fault = (method) => {
      if (method === "DELETE") zot().make("admin", "spawn");
      return undefined;
    };
    stack.wanted = { accounts: [{ username: "admin", password: "next" }, fleet] };
    await fails({}, /there are new keys whenever the old ones are revoked/);
    assert.deepEqual(stack.end?.owed, ["admin"]);
    zot().fault = () => undefined;
    await stack.up();
    assert.deepEqual(zot().of("admin"), []);
  });

  for (const [what, fault] of [
    ["lists", (method: string) => method === "GET"],
    ["revokes", (method: string) => method === "DELETE"],
  ] as const)
    it(`remembers what is owed where the registry fails when it ${what}, and pays it with the next deployment`, async () => {
      zot().make("admin", "old");
      zot().make("ci-1", "old");
      zot().fault = (method) => (fault(method) ? 500 : undefined);
      stack.wanted = { accounts: [{ username: "admin", password: "next" }, fleet] };
      await fails({}, /could not be revoked.*\n.*admin: .*500.*\n.*ci-1: .*500/);
      assert.ok(
        said.some((words) => words.includes("API keys of admin, ci-1 cannot be listed yet")),
      );
      assert.deepEqual(stack.gate?.unrevoked, ["admin", "ci-1"]);
      assert.deepEqual(stack.end?.owed, ["admin", "ci-1"]);
      assert.deepEqual(await stack.previews(), ["key-revocation-end"]);
      zot().fault = (_method, _path, username) => (username === "ci-1" ? 500 : undefined);
      await fails({}, /could not be revoked.*\n.*ci-1: .*500/);
      assert.deepEqual(stack.end.owed, ["ci-1"]);
      assert.deepEqual(zot().of("admin"), []);
      zot().fault = () => undefined;
      await stack.up();
      assert.deepEqual(zot().keys, []);
      assert.deepEqual(stack.end.owed, []);
    });

  it("lets no password or key into what it says", async () => {
    zot().make("admin", "old");
    zot().fault = (method) => (method === "DELETE" ? 500 : undefined);
    stack.wanted = { accounts: [{ username: "admin", password: "next" }, fleet] };
    await assert.rejects(stack.deploy({}), (error: Error) => {
      for (const words of [error.message, ...said])
        assert.doesNotMatch(words, /leaked|next|of-|zak_|\$2b/);
      return true;
    });
  });

  it("lets keys live where that is asked for, owes them as long, and pays when it is asked for again", async () => {
    const [old, robot] = [zot().make("admin", "old"), zot().make("ci-1", "old")];
    stack.wanted = { accounts: [{ username: "admin", password: "next" }, fleet], revoke: false };
    await stack.up();
    assert.deepEqual([zot().signsIn(old), zot().signsIn(robot)], [200, 200]);
    assert.deepEqual(stack.end?.owed.sort(), ["admin", "ci-1"]);
    stack.wanted.accounts = [...stack.wanted.accounts, { username: "ci-2", password: "of-ci-2" }];
    await stack.up();
    assert.deepEqual(stack.end.owed.sort(), ["admin", "ci-1"]);
    stack.wanted.revoke = true;
    await stack.up();
    assert.deepEqual(zot().keys, []);
    assert.deepEqual(stack.end.owed, []);
  });

  it("goes on where a registry does not answer that a deployment is to mend, and pays after the proof", async () => {
    zot().make("ci-1", "old");
    zot().fault = () => 503;
    stack.wanted = { accounts: without("ci-1") };
    await fails({ failsBefore: true }, /release/);
    assert.deepEqual(stack.gate?.unrevoked, ["ci-1"]);
    zot().fault = () => undefined;
    await stack.up();
    assert.deepEqual(zot().keys, []);
  });

  it("asks where the registry was before, where its address is new with the same deployment", async () => {
    zot().make("ci-1", "old");
    const { url } = zot();
    zot().url = "http://127.0.0.1:9";
    stack.wanted = { accounts: without("ci-1") };
    await fails({ failsBefore: true }, /release/);
    assert.deepEqual(zot().keys, []);
    zot().url = url;
    await stack.up();
  });
});
