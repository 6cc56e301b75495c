import assert from "node:assert/strict";
import {
  keyRevocationProvider,
  type KeyRevocationInputs,
} from "../../../src/dynamic/keyRevocationProvider";
import { progress } from "../../../src/dynamic/progress";
import { makeKey } from "../../../src/keys/registryKeys";
import type { Credentials } from "../../../src/oci/client";
import { freePort } from "../../support/localRun";
import { restartWith, signsIn, startZotWithKeys, withCredentials } from "../../support/apiKeys";
import type { RunningRegistry } from "../../support/registry";
import { skipWithout } from "../../support/skip";

const users = { admin: "secret", "ci-1": "password-1", "ci-2": "password-2" };
const accounts = Object.entries(users).map(([username, password]) => ({ username, password }));
const [admin, retired, stays] = accounts as [Credentials, Credentials, Credentials];
const { "ci-1": _, ...left } = users;
const expiresAt = new Date(Date.now() + 86_400_000).toISOString();

describe("the API keys of an account that goes", function () {
  this.timeout(60_000);
  let zot: RunningRegistry;
  let key: Credentials;
  let other: Credentials;

  before(function () {
    skipWithout("zot", this);
    progress.say = () => undefined;
  });
  beforeEach(async () => {
    zot = await startZotWithKeys(users);
    key = await keyOf(retired);
    other = await keyOf(stays);
  });
  afterEach(() => zot.stop());

  async function keyOf(account: Credentials): Promise<Credentials> {
    const { key: password } = await withCredentials(zot, account, (client) =>
      makeKey(client, { label: "made by a person", expiresAt }),
    );
    return { username: account.username, password };
  }

  const inputs = (change: Partial<KeyRevocationInputs> = {}): KeyRevocationInputs => ({
    endpoint: { via: "address", url: zot.url },
    accounts,
    enabled: true,
    revoke: true,
    ...change,
  });
  const update = async (olds: KeyRevocationInputs, news: KeyRevocationInputs) =>
    (await keyRevocationProvider.update("id", olds, news)).outs;
  const without = (name: string) => accounts.filter(({ username }) => username !== name);

  /** The statuses of an upload that is begun and of a manifest that is read. */
  const uses = (credentials: Credentials) =>
    withCredentials(zot, credentials, async (client) => {
      const upload = { method: "POST", path: "/v2/team/app/blobs/uploads/" } as const;
      const read = { method: "GET", path: "/v2/team/app/manifests/1.0" } as const;
      return [(await client.request(upload)).status, (await client.request(read)).status];
    });

  it("are refused for upload and for read, and those of others are not", async () => {
    await update(inputs(), inputs({ accounts: without("ci-1") }));
    zot = await restartWith(zot, left, users);
    assert.deepEqual(await uses(key), [401, 401]);
    assert.deepEqual(await uses(other), [202, 200]);
  });

  it("would open the registry on and on without it", async () => {
    zot = await restartWith(zot, left, users);
    assert.equal(await signsIn(zot, retired), 401, "its password is refused");
    assert.deepEqual(await uses(key), [202, 200]);
  });

  it("go with a password that is replaced, before the registry has the new one or after", async () => {
    const changed = { ...users, admin: "another" };
    const replaced = accounts.map((account) =>
      account === admin ? { ...admin, password: "another" } : account,
    );
    for (const already of [false, true]) {
      const made = await keyOf(admin);
      if (already) zot = await restartWith(zot, changed);
      assert.equal(await signsIn(zot, made), 200);
      const outs = await update(inputs(), inputs({ accounts: replaced }));
      assert.equal(await signsIn(zot, made), 401);
      assert.equal(outs.unrevoked, undefined);
      assert.equal(await signsIn(zot, key), 200);
    }
  });

  it("go all when API keys are turned off, for nobody can revoke them afterwards", async () => {
    await update(inputs(), inputs({ enabled: false }));
    for (const one of [key, other]) assert.equal(await signsIn(zot, one), 401);
  });

  it("stay where nothing of it changes, and nothing is asked", async () => {
    await zot.quiet();
    const before = zot.requests().length;
    await update(inputs(), inputs({ accounts: [...accounts, { username: "new" }] }));
    await update(inputs({ enabled: false }), inputs({ accounts: without("ci-1") }));
    await keyRevocationProvider.create(inputs());
    await zot.quiet();
    assert.equal(zot.requests().length, before);
    assert.equal(await signsIn(zot, key), 200);
  });

  it("stop the deployment when the registry does not answer, in words that help; or live on where that is asked for", async () => {
    const endpoint = { via: "address", url: `http://127.0.0.1:${await freePort()}` } as const;
    const olds = inputs({ endpoint });
    const news = inputs({ endpoint, accounts: without("ci-1") });
    await assert.rejects(update(olds, news), (error: Error) => {
      assert.match(error.message, /^the API keys of ci-1 could not be revoked/);
      assert.match(error.message, /connection refused/);
      assert.match(error.message, /set zot-fleet:revokeKeys to false/);
      assert.ok(!error.message.includes("password-1"));
      return true;
    });
    const outs = await update(olds, { ...news, revoke: false });
    assert.deepEqual(outs.unrevoked, ["ci-1"]);
    // The next deployment remembers, until the account is there again.
    const next = await update(outs, { ...news, revoke: true });
    assert.deepEqual(next.unrevoked, ["ci-1"]);
    assert.equal((await update(next, inputs({ endpoint }))).unrevoked, undefined);
  });

  it("are told where nobody can list them", async () => {
    const hash = [{ username: "admin" }, ...without("admin")];
    const outs = await update(inputs({ accounts: hash }), inputs({ accounts: without("admin") }));
    assert.deepEqual(outs.unrevoked, ["admin"]);
    const refused = accounts.map((account) => ({ ...account, password: "wrong" }));
    const news = inputs({ accounts: refused.filter(({ username }) => username !== "ci-1") });
    assert.deepEqual((await update(inputs({ accounts: refused }), news)).unrevoked, ["ci-1"]);
  });
});
