import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Stack } from "@pulumi/pulumi/automation";
import { ApiKey, Proof } from "../../src/resources/classes";
import { openStack } from "../../src/local/deployment";
import { ensureEngine } from "../../src/local/engine";
import { useScratch } from "../images/scratch";
import { fakeApiKeys } from "../support/fakeApiKeys";
import { skipWithout } from "../support/skip";

const admin = { username: "admin", password: "canary" };

describe("a registry that is away, under a real engine", function () {
  this.timeout(600_000);
  const scratch = useScratch();
  const registry = fakeApiKeys();
  let server: Server;
  let port = 0;
  let stack: Stack;
  const said = { key: true };

  async function listen(): Promise<void> {
    server = createServer(registry.listener);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  }
  /** As a test begins: the registry answers, and holds the key. */
  beforeEach(async () => {
    if (!server.listening) await listen();
    said.key = true;
    await stack.up();
  });

  async function away(): Promise<void> {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }

  before(async function () {
    skipWithout("pulumi", this);
    await listen();
    const endpoint = { via: "address", url: `http://127.0.0.1:${port}` } as const;
    const program = () => {
      const proof = new Proof("proof", {
        endpoint,
        accounts: [{ ...admin, role: "admin" as const }],
      });
      if (said.key)
        new ApiKey(
          "key",
          {
            endpoint,
            host: "oci.test",
            account: admin,
            siblings: [],
            label: "zot-fleet:test/key",
            expiresAfterDays: 90,
            renewBeforeDays: 21,
            renewal: 1,
            targets: [{ to: "file", path: scratch("key.json"), type: "dockerconfigjson" }],
            tokens: {},
          },
          { dependsOn: proof },
        );
      return Promise.resolve();
    };
    const engine = await ensureEngine(() => undefined);
    stack = await openStack("away", program, scratch("stack"), engine);
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

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

  it("ends no refresh, which tells what it could not look at, and is looked at by the next deployment", async () => {
    await away();
    const { stdout } = await stack.refresh();
    assert.match(
      stdout,
      /zot-fleet:test\/key: a refresh could not look at it: .*connection refused/,
    );
    assert.match(stdout, /the proof of the accounts: a refresh could not look at it/);
    assert.deepEqual(await preview(), ["update key", "update proof"]);
    await listen();
    await stack.up();
    assert.deepEqual(await preview(), []);
    assert.deepEqual(registry.labels(), ["zot-fleet:test/key"]);
  });

  it("keeps a key that leaves its program until it was revoked", async () => {
    await away();
    said.key = false;
    await assert.rejects(stack.up(), /zot-fleet:test\/key could not be revoked/);
    await listen();
    await stack.up();
    assert.deepEqual(registry.labels(), []);
  });

  it("ends no destroy, which tells what it left", async () => {
    await away();
    const { stdout, summary } = await stack.destroy();
    assert.equal(summary.result, "succeeded");
    assert.match(stdout, /could not be revoked: .*It stays in the registry's claim/);
    assert.deepEqual(registry.labels(), ["zot-fleet:test/key"]);
  });
});
