import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Expectations, ExpectedApiKey } from "../../../src/checks/expectations";
import { keyChecks } from "../../../src/checks/apiKeys";
import { reachable } from "../../../src/checks/reach";
import { runChecks } from "../../../src/checks/runChecks";
import { listKeys, makeKey, revokeKeys } from "../../../src/keys/registryKeys";
import { startZotWithKeys, withCredentials } from "../../support/apiKeys";
import { startZot, type RunningRegistry } from "../../support/registry";
import { skipWithout } from "../../support/skip";

const users = { admin: "secret", "ci-1": "password-1", "puller-1": "password-2" };
const admin = { username: "admin", password: "secret", role: "admin" } as const;
const ci = { username: "ci-1", password: "password-1", role: "ci" } as const;

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

describe("the checks of API keys", function () {
  let zot: RunningRegistry;
  before(function () {
    skipWithout("zot", this);
  });
  beforeEach(async () => {
    zot = await startZotWithKeys(users);
  });
  afterEach(() => zot.stop());

  async function declared(change: Partial<ExpectedApiKey> = {}): Promise<ExpectedApiKey> {
    const wish = { label: "zot-fleet:ottawa/forge", expiresAt: change.expiresAt ?? inDays(90) };
    const { id, key, expiresAt } = await withCredentials(zot, ci, (client) =>
      makeKey(client, wish),
    );
    const made = { name: "forge", username: "ci-1", id, password: key, renewBeforeDays: 21 };
    return { ...made, ...(expiresAt === undefined ? {} : { expiresAt }), ...change };
  }

  async function look(code: string, keys: ExpectedApiKey[], change: Partial<Expectations> = {}) {
    const image = { repository: "team/app", tags: ["1.0"], platforms: [] };
    const results = await runChecks([reachable, ...keyChecks], zot, {
      accounts: [admin, ci],
      retired: [],
      images: [image],
      ...change,
      apiKeys: { declared: keys, unrevoked: [], ...change.apiKeys },
    });
    assert.doesNotMatch(JSON.stringify(results), /zak_|password-|secret/);
    return results
      .filter((result) => result.code === code)
      .map(({ status, detail, subject = "" }) => [status, subject, detail]);
  }

  it("pass a key that acts as its account, with its rights", async () => {
    assert.deepEqual(await look("ZF701", [await declared()]), [
      ["passed", "forge", "as ci-1, role ci: pull, push-new, no overwrite, no delete"],
    ]);
    const [[status, , words = ""] = []] = await look("ZF702", [await declared()]);
    assert.equal(status, "passed");
    assert.match(words, /^89 days left, until \d{4}-/);
  });

  it("fail a key with other rights than its account should have", async () => {
    const accounts = [admin, { ...ci, role: "puller" as const }];
    const [[status, , words = ""] = []] = await look("ZF701", [await declared()], { accounts });
    assert.equal(status, "failed");
    assert.match(words, /may push-new/);
  });

  it("fail a key that is gone, that is another account's, that was not made", async () => {
    const gone = await declared();
    await withCredentials(zot, ci, (client) => revokeKeys(client, [gone.id ?? ""]));
    const found = await look("ZF701", [
      gone,
      await declared({ username: "puller-1" }),
      { name: "unmade", username: "ci-1", renewBeforeDays: 21 },
    ]);
    assert.deepEqual(found, [
      ["failed", "forge", "the registry refuses it as ci-1"],
      ["failed", "forge", "the registry refuses it as puller-1"],
      ["failed", "unmade", "it was not made"],
    ]);
  });

  it("warn of few days, and fail a key that has expired", async () => {
    const [[status, , words = ""] = []] = await look("ZF702", [
      await declared({ expiresAt: inDays(20.5) }),
    ]);
    assert.equal(status, "warning");
    assert.match(words, /^20 days left.*renewed from 21 on$/);
    const short = await declared({ expiresAt: new Date(Date.now() + 1500).toISOString() });
    assert.deepEqual(
      (await look("ZF701", [short])).map(([found]) => found),
      ["passed"],
    );
    await sleep(2000);
    assert.deepEqual(
      (await look("ZF701", [short])).map(([found]) => found),
      ["failed"],
    );
    const [[expired, , until = ""] = []] = await look("ZF702", [short]);
    assert.equal(expired, "failed");
    assert.match(until, /^expired on /);
  });

  it("fail a replaced key that still works", async () => {
    const one = await declared();
    const { username, password = "" } = one;
    const apiKeys = { declared: [], unrevoked: [], replaced: [{ username, password }] };
    const [[before] = []] = await look("ZF703", [], { apiKeys });
    await withCredentials(zot, ci, (client) => revokeKeys(client, [one.id ?? ""]));
    const [[after] = []] = await look("ZF703", [], { apiKeys });
    assert.deepEqual([before, after], ["failed", "passed"]);
  });

  it("warn of keys that no state knows, of those made by hand and of what is owed, and say what nobody can list", async () => {
    const known = await declared();
    const orphan = await declared();
    await withCredentials(zot, admin, (client) =>
      makeKey(client, { label: "laptop", expiresAt: "" }),
    );
    const accounts = [admin, ci, { username: "puller-1", role: "puller" as const }];
    const apiKeys = { declared: [known], unrevoked: ["ci-0"] };
    const found = await look("ZF704", [known], { accounts, apiKeys });
    assert.deepEqual(
      found.map(([status, subject]) => [status, subject]),
      [
        ["warning", "admin"],
        ["warning", "ci-1"],
        ["skipped", "puller-1"],
        ["warning", "ci-0"],
      ],
    );
    const [[, , person] = [], [, , ours = ""] = []] = found;
    assert.match(
      person ?? "",
      /^nobody declared "laptop" \(never expires\), id .*: it was made by hand$/,
    );
    assert.ok(ours.includes(orphan.id ?? "?") && !ours.includes(known.id ?? "?"));
  });

  it("say that a registry has no API keys", async () => {
    await zot.stop();
    zot = await startZot({ users });
    const found = await look("ZF704", []);
    assert.deepEqual(
      found.map(([status, , words]) => [status, words]),
      [
        ["skipped", "the registry has no API keys"],
        ["skipped", "the registry has no API keys"],
      ],
    );
    await assert.rejects(withCredentials(zot, ci, listKeys), /404: it has no API keys/);
  });
});
