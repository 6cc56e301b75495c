import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { htpasswdOf, openHash } from "../../src/components/registryResources";
import { Account } from "../../src/resources/classes";
import type { HeldAccount } from "../../src/resources/heldAccounts";
import { KeyRevocation } from "../../src/resources/classes";
import { KeyRevocationEnd } from "../../src/resources/classes";
import { openStack } from "../../src/local/deployment";
import { ensureEngine } from "../../src/local/engine";
import { hashPassword } from "../../src/zot/credentials";
import { useScratch } from "../images/scratch";
import { serveFakeKeys, type FakeKeys } from "../support/fakeKeys";
import { filesHolding } from "../support/findText";
import { freePort } from "../support/freePort";
import { skipWithout } from "../support/skip";
import { closeAll, type Undo } from "../support/undo";

/** Stands for the registry: something that waits, and changes when the accounts' file does. */
class Behind extends pulumi.ComponentResource {
  constructor(file: pulumi.Output<string>) {
    super("test:index:Behind", "behind");
    new Account("file", { username: "file", password: file }, { parent: this });
    this.registerOutputs({});
  }
}

interface State {
  version: number;
  deployment: {
    resources: { urn: string; type: string; outputs?: Record<string, unknown> }[];
  };
}

describe("revoking API keys in two steps under a real engine", function () {
  this.timeout(600_000);
  const scratch = useScratch();
  const passwords: Record<string, string> = { admin: "canary-1", fleet: "canary-2" };
  const said = { accounts: { ...passwords, "ci-1": "canary-3" } as Record<string, string> };
  const undo: Undo[] = [];
  let stack: Stack;
  let zot: FakeKeys;
  let url: string;
  /** Called when the pod has the accounts' file: what somebody does just before. */
  let between: () => unknown = () => undefined;

  before(async function () {
    skipWithout("pulumi", this);
    const served = await serveFakeKeys();
    undo.push(served.close);
    ({ zot } = served);
    ({ url } = zot);
    const engine = await ensureEngine(() => undefined);
    stack = await openStack("gate", program, scratch("stack"), engine);
  });
  after(() => closeAll(undo));

  function program() {
    const endpoint = { via: "address", url } as const;
    const accounts = Object.entries(said.accounts).map(
      ([username, password]) => new Account(username, { username, password }),
    );
    const known = accounts.map(({ username, plainPassword }) => ({
      username,
      password: plainPassword,
    }));
    const gate = new KeyRevocation("gate", {
      endpoint,
      accounts: known,
      enabled: true,
      revoke: true,
    });
    const file = htpasswdOf(
      accounts.map(({ entry }) => entry),
      gate.keptEntries,
    );
    const loaded = pulumi.all([file, gate.held]).apply(([text, held]) => {
      if (!pulumi.runtime.isDryRun()) load(held);
      return text;
    });
    const behind = new Behind(openHash(loaded));
    const [admin] = accounts;
    const lines = said.accounts["admin"]?.startsWith("admin:") === true && admin !== undefined;
    const end = new KeyRevocationEnd(
      "end",
      {
        endpoint,
        accounts: gate.held,
        lines: lines ? [{ username: "admin", entry: admin.entry }] : [],
        revoke: true,
        owed: gate.unrevoked.apply((names) => names ?? []),
      },
      { dependsOn: behind },
    );
    return Promise.resolve({ owed: end.owed });
  }

  /** The pod restarts with the accounts' file. */
  function load(held: readonly HeldAccount[]): void {
    between();
    between = () => undefined;
    zot.users = new Map(held.map(({ username, password = "behind" }) => [username, password]));
  }

  async function preview(): Promise<{ steps: string[]; words: string }> {
    const steps: string[] = [];
    const { stdout } = await stack.preview({
      onEvent: ({ resourcePreEvent }) => {
        const { op, urn = "" } = resourcePreEvent?.metadata ?? {};
        if (op !== undefined && op !== "same") steps.push(`${op} ${urn.split("::").at(-1) ?? ""}`);
      },
    });
    return { steps: steps.sort(), words: stdout };
  }

  async function up(): Promise<void> {
    await stack.up();
    assert.deepEqual((await preview()).steps, [], "a preview after it is empty");
  }
  const owed = async (): Promise<unknown> => (await stack.outputs())["owed"]?.value;
  const exported = (): Promise<State> => stack.exportStack();
  const without = (name: string) =>
    Object.fromEntries(Object.entries(said.accounts).filter(([each]) => each !== name));

  it("adds a resource of the state alone to a stack of a version that knew one step", async () => {
    await up();
    const state = await exported();
    state.deployment.resources = state.deployment.resources.filter(
      ({ type }) => !type.endsWith(":KeyRevocationEnd"),
    );
    await stack.importStack(state);
    assert.deepEqual((await preview()).steps, ["create end"]);
    await up();
    assert.deepEqual(await owed(), []);
  });

  it("takes what is made until the pod has restarted, and keeps the name until the next change", async () => {
    zot.make("ci-1", "old");
    said.accounts = without("ci-1");
    between = () => {
      assert.deepEqual(zot.keys, []);
      zot.make("ci-1", "by a robot");
    };
    await up();
    assert.deepEqual(zot.keys, []);
    assert.ok(zot.users.has("ci-1"));
    said.accounts = { ...said.accounts, "ci-2": "canary-4" };
    await up();
    assert.ok(!zot.users.has("ci-1"));
  });

  it("keeps what is owed in the state when the second step fails, and pays it with the next up", async () => {
    zot.make("admin", "old");
    zot.fault = (method, path) => (method === "GET" && path.endsWith("apikey") ? 500 : undefined);
    said.accounts = { ...said.accounts, admin: "canary-5" };
    await assert.rejects(stack.up(), (error: Error) => {
      assert.match(error.message, /admin: .*500/);
      assert.match(error.message, /Run pulumi up again to revoke them/);
      assert.doesNotMatch(error.message, /canary|zak_/);
      return true;
    });
    const { deployment } = await exported();
    const end = deployment.resources.find(({ type }) => type.endsWith(":KeyRevocationEnd"));
    assert.deepEqual(end?.outputs?.["owed"], ["admin"]);
    assert.deepEqual((await preview()).steps, ["update end"]);
    zot.fault = () => undefined;
    await up();
    assert.deepEqual([zot.keys, await owed()], [[], []]);
  });

  it("gives a registry that does not answer other accounts, and owes the keys of the old ones", async () => {
    zot.make("ci-2", "old");
    url = `http://127.0.0.1:${await freePort()}`;
    zot.fault = () => 503;
    said.accounts = without("ci-2");
    await assert.rejects(stack.up(), /ci-2: .*could not|ci-2: cannot reach/);
    assert.ok(zot.users.has("ci-2"), "the name is kept");
    assert.notEqual(zot.users.get("ci-2"), "canary-4");
    ({ url } = zot);
    zot.fault = () => undefined;
    await up();
    assert.deepEqual(zot.keys, []);
  });

  it("announces what a line that follows a line leaves behind, in the preview", async () => {
    const line = async (password: string) => `admin:${await hashPassword(password, 4)}`;
    said.accounts = { ...said.accounts, admin: await line("one") };
    await up();
    assert.deepEqual(await owed(), []);
    said.accounts = { ...said.accounts, admin: await line("two") };
    const { steps, words } = await preview();
    // A preview does not know yet that the new line, too, hides its password: the gate may have to revoke.
    assert.deepEqual(steps, ["update admin", "update end", "update file", "update gate"]);
    assert.match(words, /the password line of admin changes.*API keys.*still work/);
    await up();
    assert.deepEqual(await owed(), ["admin"]);
    said.accounts = { ...said.accounts, admin: "two" };
    zot.users.set("admin", "two");
    await up();
    assert.deepEqual(await owed(), []);
  });

  it("leaves neither password nor line nor key in the state", () => {
    assert.deepEqual(filesHolding(["canary", "$2b$", "zak_"], scratch("stack"), 0), []);
  });
});
