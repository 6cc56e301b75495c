import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { Account } from "../../src/dynamic/account";
import { KeyRevocation } from "../../src/dynamic/keyRevocation";
import { openStack } from "../../src/local/deployment";
import { ensureEngine } from "../../src/local/engine";
import { useScratch } from "../oci/scratch";
import { freePort } from "../support/localRun";
import { skipWithout } from "../support/skip";

/** Stands for the registry: a component that waits, with what it makes. */
class Behind extends pulumi.ComponentResource {
  constructor(username: string, dependsOn: pulumi.Resource) {
    super("test:index:Behind", "behind", {}, { dependsOn });
    new Account("account", { username }, { parent: this });
    this.registerOutputs({});
  }
}

describe("accounts that go while the registry does not answer, under a real engine", function () {
  this.timeout(120_000);
  const scratch = useScratch();
  const said = { accounts: ["admin", "ci-1"], revoke: true, username: "before" };
  let stack: Stack;
  let url: string;

  before(async function () {
    skipWithout("pulumi", this);
    url = `http://127.0.0.1:${await freePort()}`;
    const program = () => {
      const accounts = said.accounts.map((username) => ({ username, password: "canary" }));
      const endpoint = { via: "address", url } as const;
      const gate = { endpoint, accounts, enabled: true, revoke: said.revoke };
      new Behind(said.username, new KeyRevocation("gate", gate));
      return Promise.resolve();
    };
    const engine = await ensureEngine(() => undefined);
    stack = await openStack("gate", program, scratch("stack"), engine);
  });

  async function usernames(): Promise<unknown[]> {
    const { deployment } = (await stack.exportStack()) as {
      deployment: { resources: { type: string; outputs?: Record<string, unknown> }[] };
    };
    return deployment.resources
      .filter(({ type }) => type.endsWith(":Account"))
      .map(({ outputs }) => outputs?.["username"]);
  }

  it("stop the deployment before anything behind them has changed, and go where that is asked for", async () => {
    await stack.up();
    said.accounts = ["admin"];
    said.username = "after";
    await assert.rejects(stack.up(), (error: Error) => {
      assert.match(error.message, /the API keys of ci-1 could not be revoked/);
      assert.match(error.message, /set zot-fleet:revokeKeys to false/);
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
    assert.deepEqual(await usernames(), ["before"]);
    said.revoke = false;
    await stack.up();
    assert.deepEqual(await usernames(), ["after"]);
  });
});
