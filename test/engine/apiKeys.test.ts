import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Target } from "../../src/keys/delivery/allTargetKinds";
import { ApiKey, KeyRevocation } from "../../src/resources/classes";
import { listKeys, makeKey } from "../../src/keys/registryKeys";
import { openStack } from "../../src/local/deployment";
import { ensureEngine } from "../../src/local/engine";
import type { Credentials } from "../../src/registry/client";
import { useScratch } from "../images/scratch";
import { signsIn, startZotWithKeys, withCredentials } from "../support/apiKeys";
import { fakeForgejo } from "../support/forges";
import { filesHolding } from "../support/findText";
import { withClock } from "../support/otherClock";
import type { RunningRegistry } from "../support/registry";
import { skipWithout } from "../support/skip";
import { closeAll, type Undo } from "../support/undo";

const users = { admin: "secret", "ci-1": "canary-password-1", "ci-2": "canary-password-2" };
const token = "canary-token";
const accountOf = (username: "ci-1" | "ci-2"): Credentials => ({
  username,
  password: users[username],
});

describe("API keys under a real engine", function () {
  this.timeout(240_000);
  const scratch = useScratch();
  let zot: RunningRegistry;
  let stack: Stack;
  /** What the stack file would say. */
  const said = { renewal: 1, ci: "ci-1" as "ci-1" | "ci-2", token, declared: true };
  const forge = fakeForgejo({ token, owners: ["/repos/team/app"] });
  let forgeFails = false;
  let forgeUrl: string;
  const undo: Undo[] = [];
  /** What the engine printed. */
  const seen: string[] = [];
  const canaries = new Set<string>([users["ci-1"], users["ci-2"], token]);

  before(async function () {
    for (const tool of ["pulumi", "zot"]) skipWithout(tool, this);
    zot = await startZotWithKeys(users);
    undo.push(() => zot.stop());
    const server = await serve((request, response) => {
      if (forgeFails) response.writeHead(500).end();
      else forge.listener(request, response);
    });
    undo.push(server.close);
    forgeUrl = server.url;
    const engine = await ensureEngine(() => undefined);
    stack = await openStack("keys", program, scratch("stack"), engine);
  });
  after(() => closeAll(undo));

  const file = () => scratch("keys/ci.json");
  const targets = (): Target[] => [
    { to: "file", path: file(), type: "dockerconfigjson" },
    {
      to: "forgejo",
      url: forgeUrl,
      repository: "team/app",
      type: "login",
      usernameSecret: "ZOT_TEST_USERNAME",
      keySecret: "ZOT_TEST_API_KEY",
      configSecret: "ZOT_DOCKER_CONFIG",
    },
  ];

  function program(): Promise<void> {
    const endpoint = { via: "address", url: zot.url } as const;
    const accounts = [{ username: "admin", password: users.admin }, accountOf(said.ci)];
    const gate = new KeyRevocation("gate", { endpoint, accounts, enabled: true, revoke: true });
    if (said.declared)
      new ApiKey(
        "forge",
        {
          endpoint,
          host: "oci.test",
          account: accountOf(said.ci),
          siblings: [],
          label: "zot-fleet:test/forge",
          expiresAfterDays: 90,
          renewBeforeDays: 21,
          renewal: said.renewal,
          targets: targets(),
          tokens: { [new URL(forgeUrl).host]: said.token },
        },
        { dependsOn: gate },
      );
    return Promise.resolve();
  }

  /** Runs something of the engine, whose providers live some days later. */
  const at = <T>(days: number, work: () => Promise<T>): Promise<T> =>
    withClock("movedClock.cjs", { TEST_CLOCK_DAYS: String(days) }, work);

  async function up(options: { refresh?: boolean } = {}) {
    const { stdout, stderr, summary } = await stack.up(options);
    seen.push(stdout, stderr);
    return summary.resourceChanges;
  }

  async function preview(): Promise<string[]> {
    const steps: string[] = [];
    await stack.preview({
      onEvent: ({ resourcePreEvent }) => {
        const { op, urn = "" } = resourcePreEvent?.metadata ?? {};
        if (op !== undefined && op !== "same") steps.push(`${op} ${urn.split("::").at(-1) ?? ""}`);
      },
    });
    return steps.sort();
  }

  /** The login in the file, which the forge must hold, too. */
  function held(): Credentials {
    assert.equal(statSync(file()).mode & 0o777, 0o600);
    const { auths } = JSON.parse(readFileSync(file(), "utf8")) as {
      auths: Record<string, Credentials>;
    };
    const { username = "", password = "" } = auths["oci.test"] ?? {};
    const secret = (name: string) => forge.secrets.get(`/repos/team/app/actions/secrets/${name}`);
    if (!forgeFails)
      assert.deepEqual(
        [secret("ZOT_TEST_USERNAME"), secret("ZOT_TEST_API_KEY")],
        [username, password],
      );
    canaries.add(password);
    return { username, password };
  }
  const idsOf = (account: Credentials) =>
    withCredentials(zot, account, async (client) => (await listKeys(client)).map(({ id }) => id));

  it("are made, delivered and then left alone", async () => {
    assert.deepEqual(await up(), { create: 3 });
    assert.equal(await signsIn(zot, held()), 200);
    assert.deepEqual(await preview(), []);
    assert.deepEqual(await up(), { same: 3 });
  });

  it("are renewed by a config change, and the one before is refused", async () => {
    const before = held();
    said.renewal = 2;
    assert.deepEqual(await preview(), ["update forge"]);
    assert.deepEqual(await up(), { same: 2, update: 1 });
    assert.notEqual(held().password, before.password);
    assert.deepEqual([await signsIn(zot, before), await signsIn(zot, held())], [401, 200]);
    assert.deepEqual(await preview(), []);
  });

  it("are not looked at by a preview, whatever the clock says, nor renewed while enough days are left", async () => {
    const before = held();
    await at(80, async () => {
      assert.deepEqual(await preview(), []);
    });
    await at(60, async () => {
      assert.deepEqual(await up({ refresh: true }), { same: 3 });
    });
    assert.equal(held().password, before.password);
  });

  it("are marked by a refresh when few days are left, and renewed by the deployment after it", async () => {
    const before = held();
    await at(80, async () => {
      await stack.refresh();
      assert.deepEqual(await preview(), ["update forge"]);
      assert.deepEqual(await up(), { same: 2, update: 1 });
      assert.equal(await signsIn(zot, before), 401);
      assert.equal(await signsIn(zot, held()), 200);
      assert.deepEqual(await up({ refresh: true }), { same: 3 });
    });
    assert.deepEqual(await preview(), []);
  });

  it("are made again when the registry has lost them, by one up with a refresh", async () => {
    const before = held();
    const account = accountOf("ci-1");
    const [id = ""] = await idsOf(account);
    await withCredentials(zot, account, (client) =>
      client.request({ method: "DELETE", path: `/zot/auth/apikey?id=${id}` }),
    );
    assert.deepEqual(await preview(), []);
    assert.deepEqual(await up({ refresh: true }), { same: 2, update: 1 });
    assert.notEqual(held().password, before.password);
    assert.equal(await signsIn(zot, held()), 200);
  });

  it("both work when a delivery fails, and the next deployment goes on with the same", async () => {
    const before = held();
    said.renewal = 3;
    forgeFails = true;
    await assert.rejects(up(), /Actions secrets of team\/app.*500/s);
    const newer = held();
    assert.deepEqual([await signsIn(zot, before), await signsIn(zot, newer)], [200, 200]);
    assert.equal((await idsOf(accountOf("ci-1"))).length, 2);
    forgeFails = false;
    assert.deepEqual(await preview(), ["update forge"]);
    assert.deepEqual(await up(), { same: 2, update: 1 });
    assert.equal(held().password, newer.password);
    assert.equal(await signsIn(zot, before), 401);
    assert.deepEqual(await preview(), []);
  });

  it("move with a rotation, and the gate takes what else the old account has", async () => {
    const before = held();
    const { key: password } = await withCredentials(zot, accountOf("ci-1"), (client) =>
      makeKey(client, { label: "by hand", expiresAt: "" }),
    );
    said.ci = "ci-2";
    assert.deepEqual(await up(), { same: 1, update: 2 });
    assert.equal(held().username, "ci-2");
    assert.equal(await signsIn(zot, held()), 200);
    for (const gone of [before, { username: "ci-1", password }])
      assert.equal(await signsIn(zot, gone), 401);
    assert.deepEqual(await idsOf(accountOf("ci-1")), []);
    assert.deepEqual(await preview(), []);
  });

  it("go with their declaration, from the registry and from where they can be seen to lie", async () => {
    const before = held();
    said.declared = false;
    assert.deepEqual(await up(), { same: 2, delete: 1 });
    assert.equal(await signsIn(zot, before), 401);
    assert.equal(existsSync(file()), false);
    assert.deepEqual(await idsOf(accountOf("ci-2")), []);
  });

  it("leave neither key nor password nor token in state or output", () => {
    const folder = scratch("stack");
    assert.ok(canaries.size > 6, "several keys were seen");
    assert.deepEqual(filesHolding([...canaries], folder, 0), []);
    for (const text of [...canaries, "zak_"])
      for (const output of seen) assert.ok(!output.includes(text));
    assert.ok(filesHolding(["zot-fleet:test/forge"], folder, 0).length > 0, "the state is there");
  });
});

/** A server for the whole suite. */
async function serve(listener: RequestListener): Promise<{ url: string; close: Undo }> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
