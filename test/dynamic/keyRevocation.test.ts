import assert from "node:assert/strict";
import { isKept, type DeclaredAccount } from "../../src/dynamic/heldAccounts";
import {
  keyRevocationProvider as first,
  type KeyRevocationInputs,
  type KeyRevocationOutputs,
} from "../../src/dynamic/keyRevocationProvider";
import {
  keyRevocationEndProvider as last,
  type KeyRevocationEndInputs,
  type KeyRevocationEndOutputs,
} from "../../src/dynamic/keyRevocationEndProvider";
import { progress } from "../../src/dynamic/progress";
import { verifyPassword } from "../../src/zot/credentials";
import { parseHtpasswdLine } from "../../src/zot/htpasswd";
import { useFakeKeys } from "../support/fakeKeys";

const admin = { username: "admin", password: "leaked" };
const ci = { username: "ci-1", password: "of-ci-1" };
const fleet = { username: "fleet", password: "of-fleet" };
const everyone = [admin, ci, fleet];

/** A stack file, as far as the two resources see it. */
interface Wanted {
  accounts: DeclaredAccount[];
  /** htpasswd lines that were given in place of passwords, by name: `L1` stands for a hash. */
  lines?: Record<string, string>;
  enabled?: boolean;
  revoke?: boolean;
}

/** What may happen to a deployment. */
interface Events {
  /** Between the first revocation and the pod's restart. */
  between?: () => void;
  /** The deployment ends before the pod has restarted. */
  failsBefore?: boolean;
  /** The pod has restarted, and the deployment ends before the second revocation. */
  failsAfter?: boolean;
}

describe("revoking the API keys of accounts that change, in two steps", () => {
  const zot = useFakeKeys();
  let wanted: Wanted;
  let gate: KeyRevocationOutputs | undefined;
  let end: KeyRevocationEndOutputs | undefined;
  const said: string[] = [];
  const { say } = progress;

  before(() => {
    progress.say = (words) => said.push(words);
  });
  after(() => {
    progress.say = say;
  });
  beforeEach(async () => {
    said.length = 0;
    gate = undefined;
    end = undefined;
    wanted = { accounts: everyone };
    await up();
  });

  const inputs = (): KeyRevocationInputs => ({
    endpoint: { via: "address", url: zot().url },
    accounts: wanted.accounts,
    enabled: wanted.enabled ?? true,
    revoke: wanted.revoke ?? true,
  });
  const endInputs = (held: KeyRevocationOutputs): KeyRevocationEndInputs => ({
    endpoint: inputs().endpoint,
    accounts: held.accounts,
    lines: Object.entries(wanted.lines ?? {}).map(([username, entry]) => ({ username, entry })),
    revoke: wanted.revoke ?? true,
    owed: held.unrevoked ?? [],
  });

  /** What the engine does, and the state that it is left with: what a method threw with `properties` is kept, too. */
  async function deploy({ between, failsBefore, failsAfter }: Events): Promise<void> {
    if (gate === undefined) gate = (await first.create(inputs())).outs;
    else if ((await first.diff("id", gate, inputs())).changes)
      gate = (await first.update("id", gate, inputs())).outs;
    between?.();
    if (failsBefore === true) throw new Error("the release failed");
    await restart(gate);
    if (failsAfter === true) throw new Error("the proof failed");
    if (wanted.enabled === false) {
      end = undefined;
      return;
    }
    try {
      if (end === undefined) end = (await last.create(endInputs(gate))).outs;
      else if ((await last.diff("id", end, endInputs(gate))).changes)
        end = (await last.update("id", end, endInputs(gate))).outs;
    } catch (error) {
      if (error instanceof Error && "properties" in error)
        end = error.properties as KeyRevocationEndOutputs;
      throw error;
    }
  }

  /** The pod has the accounts' file as it is declared, with the names that are kept. */
  async function restart({ accounts }: KeyRevocationOutputs): Promise<void> {
    const { users } = zot();
    users.clear();
    for (const account of accounts) {
      const { username, password = `behind ${wanted.lines?.[username] ?? ""}` } = account;
      if (isKept(account)) {
        const entry = parseHtpasswdLine(account.entry);
        assert.equal(entry.username, username);
        assert.ok(await verifyPassword(password, entry.hash), "the line is of its password");
      }
      users.set(username, password);
    }
  }

  async function up(events: Events = {}): Promise<void> {
    await deploy(events);
    await previewsNothing();
  }
  const fails = (events: Events, words: RegExp) => assert.rejects(deploy(events), words);

  async function previewsNothing(): Promise<void> {
    const { changes } = await first.diff("id", gate ?? assert.fail(), inputs());
    assert.equal(changes, false, "key-revocation");
    if (end === undefined) return;
    const diff = await last.diff("id", end, endInputs(gate ?? assert.fail()));
    assert.equal(diff.changes, false, "key-revocation-end");
  }

  const kept = () => (gate?.accounts ?? []).filter(isKept).map(({ username }) => username);
  const without = (username: string) => everyone.filter((each) => each.username !== username);
  const withPassword = (password: string) => [{ username: "admin", password }, ci, fleet];
  const line = (entry: string): Wanted => ({
    accounts: [{ username: "admin" }, ci, fleet],
    lines: { admin: entry },
  });

  it("takes what was made before it and what is made until the pod has restarted", async () => {
    const [old, of] = [zot().make("admin", "old"), zot().make("fleet", "of another")];
    wanted = { accounts: withPassword("next") };
    await up({
      between: () => {
        assert.deepEqual(zot().of("admin"), []);
        zot().make("admin", "by whoever holds the leaked password");
      },
    });
    assert.deepEqual(zot().of("admin"), []);
    assert.equal(zot().signsIn(old), 401);
    assert.equal(zot().signsIn(of), 200);
    assert.deepEqual(end?.owed, []);
  });

  it("leaves alone what is made with the new password, whatever else is deployed", async () => {
    wanted = { accounts: withPassword("next") };
    await up();
    const mine = zot().make("admin", "laptop");
    wanted = { accounts: [...withPassword("next"), { username: "ci-2", password: "of-ci-2" }] };
    await up();
    wanted = { ...wanted, revoke: false };
    await up();
    wanted = { ...wanted, revoke: true };
    await up();
    assert.equal(zot().signsIn(mine), 200);
  });

  it("takes it after a deployment that failed, however much later that is repaired", async () => {
    wanted = { accounts: withPassword("next") };
    await fails({ failsBefore: true }, /release/);
    zot().make("admin", "in the days between");
    await fails({ failsAfter: true }, /proof/);
    zot().make("admin", "and before the next try");
    await up();
    assert.deepEqual(zot().of("admin"), []);
  });

  it("takes it where the change is taken back, or followed by another", async () => {
    wanted = { accounts: withPassword("next") };
    await fails({ failsAfter: true }, /proof/);
    wanted = { accounts: everyone };
    await up({ between: () => zot().make("admin", "by the one that is taken back") });
    assert.deepEqual(zot().of("admin"), []);
    wanted = { accounts: withPassword("next") };
    await fails({ failsBefore: true }, /release/);
    wanted = { accounts: withPassword("the one after") };
    await up({ between: () => zot().make("admin", "by the first") });
    assert.deepEqual(zot().of("admin"), []);
  });

  it("keeps the name of an account that goes until its keys are listed and gone, and then lets it go", async () => {
    wanted = { accounts: without("ci-1") };
    await up({ between: () => zot().make("ci-1", "by a robot") });
    assert.deepEqual(zot().of("ci-1"), []);
    assert.deepEqual(kept(), ["ci-1"]);
    assert.equal(zot().signsIn(ci), 401);
    assert.deepEqual(end?.owed, []);
    wanted = { accounts: [...without("ci-1"), { username: "ci-2", password: "of-ci-2" }] };
    await up();
    assert.deepEqual(kept(), []);
    assert.equal(zot().users.has("ci-1"), false);
  });

  it("gives a name that is kept back to an account that comes again, without the keys of before", async () => {
    wanted = { accounts: without("ci-1") };
    await fails({ failsAfter: true }, /proof/);
    zot().make("ci-1", "left");
    wanted = { accounts: [admin, { username: "ci-1", password: "another" }, fleet] };
    await up();
    assert.deepEqual(kept(), []);
    assert.deepEqual(zot().of("ci-1"), []);
  });

  it("does not end while a key makes another", async () => {
    let spawned = 0;
    wanted = { accounts: without("ci-1") };
    zot().make("ci-1", "seed");
    zot().fault = (method, _path, username) => {
      if (method === "DELETE" && username === "ci-1" && spawned++ < 3) zot().make("ci-1", "spawn");
      return undefined;
    };
    await up();
    assert.ok(spawned > 3);
    assert.deepEqual(zot().of("ci-1"), []);
    zot().make("admin", "seed");
    zot().fault = (method) => {
      if (method === "DELETE") zot().make("admin", "spawn");
      return undefined;
    };
    wanted = { accounts: [{ username: "admin", password: "next" }, fleet] };
    await fails({}, /there are new keys whenever the old ones are revoked/);
    assert.deepEqual(end?.owed, ["admin"]);
    zot().fault = () => undefined;
    await up();
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
      wanted = { accounts: [{ username: "admin", password: "next" }, fleet] };
      await fails({}, /could not be revoked.*\n.*admin: .*500.*\n.*ci-1: .*500/);
      assert.ok(said.some((words) => /API keys of admin, ci-1 cannot be listed yet/.test(words)));
      assert.deepEqual(gate?.unrevoked, ["admin", "ci-1"]);
      assert.deepEqual(end?.owed, ["admin", "ci-1"]);
      assert.equal((await last.diff("id", end, endInputs(gate))).changes, true);
      zot().fault = (_method, _path, username) => (username === "ci-1" ? 500 : undefined);
      await fails({}, /could not be revoked.*\n.*ci-1: .*500/);
      assert.deepEqual(end.owed, ["ci-1"]);
      assert.deepEqual(zot().of("admin"), []);
      zot().fault = () => undefined;
      await up();
      assert.deepEqual(zot().keys, []);
      assert.deepEqual(end.owed, []);
    });

  it("lets no password or key into what it says", async () => {
    zot().make("admin", "old");
    zot().fault = (method) => (method === "DELETE" ? 500 : undefined);
    wanted = { accounts: [{ username: "admin", password: "next" }, fleet] };
    await assert.rejects(deploy({}), (error: Error) => {
      for (const words of [error.message, ...said])
        assert.doesNotMatch(words, /leaked|next|of-|zak_|\$2b/);
      return true;
    });
  });

  it("lets keys live where that is asked for, owes them as long, and pays when it is asked for again", async () => {
    const [old, robot] = [zot().make("admin", "old"), zot().make("ci-1", "old")];
    wanted = { accounts: [{ username: "admin", password: "next" }, fleet], revoke: false };
    await up();
    assert.deepEqual([zot().signsIn(old), zot().signsIn(robot)], [200, 200]);
    assert.deepEqual(end?.owed.sort(), ["admin", "ci-1"]);
    wanted.accounts.push({ username: "ci-2", password: "of-ci-2" });
    await up();
    assert.deepEqual(end.owed.sort(), ["admin", "ci-1"]);
    wanted.revoke = true;
    await up();
    assert.deepEqual(zot().keys, []);
    assert.deepEqual(end.owed, []);
  });

  it("goes on where a registry does not answer that a deployment is to mend, and pays after the proof", async () => {
    zot().make("ci-1", "old");
    zot().fault = () => 503;
    wanted = { accounts: without("ci-1") };
    await fails({ failsBefore: true }, /release/);
    assert.deepEqual(gate?.unrevoked, ["ci-1"]);
    zot().fault = () => undefined;
    await up();
    assert.deepEqual(zot().keys, []);
  });

  it("asks where the registry was before, where its address is new with the same deployment", async () => {
    zot().make("ci-1", "old");
    const { url } = zot();
    zot().url = "http://127.0.0.1:9";
    wanted = { accounts: without("ci-1") };
    await fails({ failsBefore: true }, /release/);
    assert.deepEqual(zot().keys, []);
    zot().url = url;
    await up();
  });

  describe("of an account whose password is not known", () => {
    it("keeps its name where it goes, and takes its keys then", async () => {
      wanted = line("L1");
      await up();
      zot().make("admin", "old");
      wanted = { accounts: [ci, fleet] };
      await up();
      assert.deepEqual(zot().of("admin"), []);
      assert.deepEqual(end?.owed, []);
    });

    it("takes them with a key of its own where the password is known no more", async () => {
      zot().make("admin", "old");
      wanted = line("L1");
      await up({ between: () => zot().make("admin", "by whoever holds the leaked password") });
      assert.deepEqual(zot().of("admin"), []);
      assert.deepEqual(end?.owed, []);
    });

    it("owes them where somebody took that key away", async () => {
      wanted = line("L1");
      await up({
        between: () => {
          const [own] = zot().of("admin");
          zot().remove(own?.id ?? "");
          zot().make("admin", "by whoever holds the leaked password");
        },
      });
      assert.deepEqual(end?.owed, ["admin"]);
    });

    it("waits for an answer before the password is known no more, or goes on where that is asked for", async () => {
      zot().fault = () => 503;
      wanted = line("L1");
      await fails({}, /only the line of admin is known.*503.*\n.*Nothing has changed/);
      assert.deepEqual(gate?.accounts, everyone);
      wanted.revoke = false;
      await deploy({});
      assert.deepEqual(end?.owed, ["admin"]);
    });

    it("says before a line follows a line that keys stay, warns until a password is given, and takes them then", async () => {
      wanted = line("L1");
      await up();
      const old = zot().make("admin", "made with L1");
      said.length = 0;
      wanted = line("L2");
      const { changes } = await last.diff(
        "id",
        end ?? assert.fail(),
        endInputs(gate ?? assert.fail()),
      );
      assert.equal(changes, true);
      assert.match(said.join("\n"), /the line of admin changes.*give the password of admin itself/);
      await up();
      assert.equal(zot().signsIn(old), 200);
      assert.deepEqual(end?.owed, ["admin"]);
      wanted = { ...line("L2"), accounts: [{ username: "admin" }, fleet] };
      await up();
      assert.deepEqual(end.owed, ["admin"]);
      wanted = { accounts: [{ username: "admin", password: "behind L2" }, fleet] };
      await up();
      assert.equal(zot().signsIn(old), 401);
      assert.deepEqual(end.owed, []);
    });
  });

  describe("where API keys are turned off", () => {
    it("takes all before, and again what comes to life when they are turned on", async () => {
      zot().make("admin", "old");
      wanted = { accounts: everyone, enabled: false };
      await up({ between: () => everyone.map(({ username }) => zot().make(username, "late")) });
      assert.equal(zot().keys.length, 3);
      wanted = { accounts: without("ci-1"), enabled: false };
      await up();
      wanted = { accounts: without("ci-1") };
      await up();
      assert.deepEqual(zot().keys, []);
      assert.deepEqual(end?.owed, []);
    });

    it("keeps nothing and asks nothing where they never were", async () => {
      gate = undefined;
      wanted = { accounts: everyone, enabled: false };
      await up();
      const asked = zot().asked.length;
      wanted = { accounts: without("ci-1"), enabled: false };
      await up();
      assert.deepEqual(gate, { ...inputs() });
      assert.equal(zot().asked.length, asked);
    });
  });

  describe("over the state of a version that knew one step", () => {
    it("changes nothing, and asks nothing", async () => {
      gate = { ...inputs() };
      end = undefined;
      assert.equal((await first.diff("id", gate, inputs())).changes, false);
      const asked = zot().asked.length;
      await up();
      assert.equal(zot().asked.length, asked);
      assert.deepEqual(end, { ...endInputs(gate), owed: [] });
    });

    it("goes on to owe what was owed, and takes it when the accounts change", async () => {
      gate = { ...inputs(), unrevoked: ["ci-0"] };
      end = undefined;
      const old = zot().make("ci-0", "old");
      await up();
      assert.deepEqual(end, { ...endInputs(gate), owed: ["ci-0"] });
      wanted = { ...wanted, revoke: false };
      await up();
      assert.deepEqual(end, { ...endInputs(gate), owed: ["ci-0"] });
      wanted = { accounts: without("ci-1") };
      await up();
      assert.equal(zot().signsIn(old), 401);
      assert.deepEqual(kept(), ["ci-1", "ci-0"]);
      assert.deepEqual(end, { ...endInputs(gate), owed: [] });
    });

    it("takes what an update that begins with it owes, though its second step is new", async () => {
      gate = { ...inputs() };
      end = undefined;
      wanted = { accounts: without("ci-1") };
      await up({ between: () => zot().make("ci-1", "by a robot") });
      assert.deepEqual(zot().keys, []);
    });
  });
});
