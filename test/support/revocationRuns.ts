import assert from "node:assert/strict";
import { isKept, type DeclaredAccount } from "../../src/resources/heldAccounts";
import {
  keyRevocation,
  type KeyRevocationInputs,
  type KeyRevocationOutputs,
} from "../../src/resources/keyRevocation";
import {
  keyRevocationEnd,
  type KeyRevocationEndInputs,
  type KeyRevocationEndOutputs,
} from "../../src/resources/keyRevocationEnd";
import { verifyPassword } from "../../src/zot/credentials";
import { parseHtpasswdLine } from "../../src/zot/htpasswd";

/** A stack file, as far as the revocation of keys sees it. */
export interface Wanted {
  accounts: readonly DeclaredAccount[];
  /** htpasswd lines that were given in place of passwords, by name: `L1` is the line of the password `behind L1`. */
  lines?: Record<string, string>;
  enabled?: boolean;
  revoke?: boolean;
}

/** What may happen to a deployment. */
interface Events {
  /** Between the first revocation and the pod's restart. */
  between?: () => unknown;
  /** The deployment ends before the pod has restarted. */
  failsBefore?: boolean;
  /** The pod has restarted, and the deployment ends before the second revocation. */
  failsAfter?: boolean;
}

/** Deployments of a stack, one after the other: both resources, as the engine calls them, around the restart of a registry. */
export class RevocationRuns {
  wanted: Wanted = { accounts: [] };
  gate: KeyRevocationOutputs | undefined;
  end: KeyRevocationEndOutputs | undefined;

  /** @param restart starts the registry anew with these passwords by name */
  constructor(
    private readonly url: () => string,
    private readonly restart: (users: Record<string, string>) => unknown,
  ) {}

  inputs(): KeyRevocationInputs {
    const { accounts, enabled = true, revoke = true } = this.wanted;
    const endpoint = { via: "address", url: this.url() } as const;
    return { endpoint, accounts: [...accounts], enabled, revoke };
  }

  endInputs(): KeyRevocationEndInputs {
    const { lines = {}, revoke = true } = this.wanted;
    return {
      endpoint: this.inputs().endpoint,
      accounts: this.gate?.accounts ?? [],
      lines: Object.entries(lines).map(([username, entry]) => ({ username, entry })),
      revoke,
      owed: this.gate?.unrevoked ?? [],
    };
  }

  /** The names that are kept of accounts that have gone. */
  get kept(): string[] {
    return (this.gate?.accounts ?? []).filter(isKept).map(({ username }) => username);
  }

  /** Deploys what is wanted now; a preview after it is empty. */
  async up(events: Events = {}): Promise<void> {
    await this.deploy(events);
    assert.deepEqual(await this.previews(), []);
  }

  /** Deploys what is wanted now, and is left with the state that the engine would have: what is thrown with `properties` counts. */
  async deploy({ between, failsBefore, failsAfter }: Events = {}): Promise<void> {
    const { gate } = this;
    const changes = await this.previews();
    if (gate === undefined) this.gate = (await keyRevocation.provider.create(this.inputs())).outs;
    else if (changes.includes("key-revocation"))
      this.gate = (await keyRevocation.provider.update("id", gate, this.inputs())).outs;
    await between?.();
    if (failsBefore === true) throw new Error("the release failed");
    await this.restart(await this.users());
    if (failsAfter === true) throw new Error("the proof failed");
    await this.finish();
  }

  /** What a preview would show as changed. */
  async previews(): Promise<string[]> {
    const { gate, end } = this;
    const changes: string[] = [];
    if (
      gate !== undefined &&
      (await keyRevocation.provider.diff("id", gate, this.inputs())).changes
    )
      changes.push("key-revocation");
    if (
      end !== undefined &&
      (await keyRevocationEnd.provider.diff("id", end, this.endInputs())).changes
    )
      changes.push("key-revocation-end");
    return changes;
  }

  private async finish(): Promise<void> {
    const { end } = this;
    if (this.wanted.enabled === false) {
      this.end = undefined;
      return;
    }
    try {
      if (end === undefined)
        this.end = (await keyRevocationEnd.provider.create(this.endInputs())).outs;
      else if ((await keyRevocationEnd.provider.diff("id", end, this.endInputs())).changes)
        this.end = (await keyRevocationEnd.provider.update("id", end, this.endInputs())).outs;
    } catch (error) {
      if (error instanceof Error && "properties" in error)
        this.end = error.properties as KeyRevocationEndOutputs;
      throw error;
    }
  }

  /** The accounts' file: what is declared, and the names that are kept. */
  private async users(): Promise<Record<string, string>> {
    const { accounts = [] } = this.gate ?? {};
    const users = accounts.map(async (account) => {
      const { username, password = `behind ${this.wanted.lines?.[username] ?? ""}` } = account;
      if (isKept(account)) {
        const entry = parseHtpasswdLine(account.entry);
        assert.equal(entry.username, username);
        assert.ok(await verifyPassword(password, entry.hash), "the line is of its password");
      }
      return [username, password] as const;
    });
    return Object.fromEntries(await Promise.all(users));
  }
}
