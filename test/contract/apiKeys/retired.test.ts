import assert from "node:assert/strict";
import { keyRevocationEnd } from "../../../src/resources/keyRevocationEnd";
import { keyRevocation } from "../../../src/resources/keyRevocation";
import { progress } from "../../../src/resources/progress";
import { listKeys, makeKey } from "../../../src/keys/registryKeys";
import type { Credentials } from "../../../src/registry/client";
import { accessControl } from "../../../src/zot/accessControl";
import { freePort } from "../../support/freePort";
import { restartWith, signsIn, startZotWithKeys, withCredentials } from "../../support/apiKeys";
import type { RunningRegistry } from "../../support/registry";
import { RevocationRuns } from "../../support/revocationRuns";
import { skipWithout } from "../../support/skip";

const users = { admin: "secret", "ci-1": "password-1", "ci-2": "password-2" };
const accounts = Object.entries(users).map(([username, password]) => ({ username, password }));
const [admin, retired, stays] = accounts as [Credentials, Credentials, Credentials];
const { "ci-1": _, ...left } = users;
const expiresAt = new Date(Date.now() + 86_400_000).toISOString();

describe("the API keys of an account that goes, or gets another password", function () {
  let zot: RunningRegistry;
  let stack: RevocationRuns;
  let key: Credentials;
  let other: Credentials;

  before(function () {
    skipWithout("zot", this);
    progress.say = () => undefined;
  });
  beforeEach(async () => {
    zot = await startZotWithKeys(users);
    stack = new RevocationRuns(
      () => zot.url,
      async (next) => (zot = await restartWith(zot, next, users)),
    );
    stack.wanted = { accounts };
    await stack.up();
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

  const without = (name: string) => accounts.filter(({ username }) => username !== name);
  const withAdmin = (password: string) => [{ username: "admin", password }, retired, stays];
  const idsOf = (account: Credentials) =>
    withCredentials(zot, account, async (client) => (await listKeys(client)).map(({ id }) => id));

  /** The statuses of an upload that is begun, of a manifest that is read, and of one that is deleted. */
  const uses = (credentials?: Credentials) =>
    withCredentials(zot, credentials, async (client) => {
      const upload = { method: "POST", path: "/v2/team/app/blobs/uploads/" } as const;
      const read = { method: "GET", path: "/v2/team/app/manifests/1.0" } as const;
      const digest = `sha256:${"0".repeat(64)}`;
      const remove = { method: "DELETE", path: `/v2/team/app/manifests/${digest}` } as const;
      const statuses: number[] = [];
      for (const request of [upload, read, remove])
        statuses.push((await client.request(request)).status);
      return statuses;
    });

  it("are refused for upload and for read, and those of others are not", async () => {
    stack.wanted = { accounts: without("ci-1") };
    await stack.up();
    assert.deepEqual(await uses(key), [401, 401, 401]);
    assert.deepEqual(await uses(other), [202, 200, 403]);
  });

  it("would open the registry on and on without it", async () => {
    zot = await restartWith(zot, left, users);
    assert.equal(await signsIn(zot, retired), 401, "its password is refused");
    assert.deepEqual(await uses(key), [202, 200, 403]);
  });

  it("go also where they are made between the revocation and the restart, or after it with another key", async () => {
    const late: Credentials[] = [];
    for (const accounts of [without("ci-1"), withAdmin("another").filter((a) => a !== retired)]) {
      stack.wanted = { accounts };
      await assert.rejects(
        stack.deploy({
          between: async () => {
            assert.equal(await signsIn(zot, key), 401);
            const leaked = accounts[0] === admin ? retired : admin;
            late.push(await keyOf(leaked));
          },
          failsAfter: true,
        }),
      );
      const [last = admin] = late.slice(-1);
      assert.equal(await signsIn(zot, last), 200, "it was made in between");
      late.push(await keyOf(last));
      await stack.up();
      assert.deepEqual(stack.end?.owed, []);
    }
    assert.equal(late.length, 4);
    for (const one of late) assert.equal(await signsIn(zot, one), 401);
    assert.equal(await signsIn(zot, other), 200);
  });

  it("go with a password that is replaced, also where the registry has got the new one before", async () => {
    const made = await keyOf(admin);
    zot = await restartWith(zot, { ...users, admin: "another" });
    stack.wanted = { accounts: withAdmin("another") };
    await stack.up();
    assert.equal(await signsIn(zot, made), 401);
    assert.equal(stack.gate?.unrevoked, undefined);
    assert.equal(await signsIn(zot, key), 200);
  });

  it("go where the account's password was never known, by the name that is kept", async () => {
    stack.wanted = { accounts: [{ username: "admin" }, stays], lines: { admin: "L1" } };
    await stack.up();
    const made = await keyOf({ username: "admin", password: "behind L1" });
    stack.wanted = { accounts: [stays] };
    await stack.up();
    assert.equal(await signsIn(zot, made), 401);
    assert.deepEqual(stack.kept, ["admin"]);
  });

  it("go where a line follows a password, by a key that was made with the password", async () => {
    const late: Credentials[] = [];
    stack.wanted = { accounts: [{ username: "admin" }, stays], lines: { admin: "L1" } };
    await stack.up({ between: async () => late.push(await keyOf(admin)) });
    assert.equal(await signsIn(zot, late[0] ?? admin), 401);
    assert.deepEqual(await idsOf({ username: "admin", password: "behind L1" }), []);
    assert.deepEqual(stack.end?.owed, []);
  });

  it("go all when API keys are turned off, for nobody can revoke them afterwards", async () => {
    stack.wanted = { accounts, enabled: false };
    await stack.up();
    for (const one of [key, other]) assert.equal(await signsIn(zot, one), 401);
  });

  it("stay where nothing of it changes, and nothing is asked", async () => {
    await zot.quiet();
    const before = zot.requests().length;
    const news = { ...stack.inputs(), accounts: [...accounts, { username: "new" }] };
    const { outs } = await keyRevocation.provider.update("id", stack.inputs(), news);
    await keyRevocationEnd.provider.create({ ...stack.endInputs(), accounts: outs.accounts });
    await zot.quiet();
    assert.equal(zot.requests().length, before);
    assert.equal(await signsIn(zot, key), 200);
  });

  it("are owed where the registry does not answer, and go when it does", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const away = { ...stack.inputs(), endpoint: { via: "address", url } as const };
    stack.gate = away;
    const news = { ...away, accounts: without("ci-1") };
    const { outs } = await keyRevocation.provider.update("id", away, news);
    assert.deepEqual(outs.unrevoked, ["ci-1"]);
    assert.equal(await signsIn(zot, key), 200);
    stack.gate = outs;
    stack.wanted = { accounts: without("ci-1") };
    await stack.up();
    assert.equal(await signsIn(zot, key), 401);
  });

  for (const tier of ["private", "read-public"] as const)
    it(`of a name that is kept may do what strangers may, and so may the name (${tier})`, async () => {
      const control = accessControl({ admins: ["admin"], pushers: ["ci-2"], access: { tier } });
      stack = new RevocationRuns(
        () => zot.url,
        async (next) => (zot = await restartWith(zot, next, users, control)),
      );
      stack.wanted = { accounts };
      await stack.up();
      stack.wanted = { accounts: without("ci-1") };
      await assert.rejects(stack.deploy({ failsAfter: true }), /proof/);
      const name = stack.gate?.accounts.find(({ username }) => username === "ci-1");
      const kept = { username: "ci-1", password: name?.password ?? "" };
      assert.equal(await signsIn(zot, kept), 200, "its name is kept");
      const late = await keyOf(kept);
      const [, read] = await uses();
      for (const each of [kept, late])
        assert.deepEqual(await uses(each), [403, tier === "private" ? 403 : read, 403]);
      await stack.up();
      assert.equal(await signsIn(zot, late), 401);
    });
});
