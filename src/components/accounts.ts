import * as pulumi from "@pulumi/pulumi";
import { Account, type AccountArgs } from "../resources/classes";
import type { Role } from "../zot/roles";
import type { OldStackKeys } from "../config/oldWords";
import { accountName, liveGenerations } from "../zot/generations";
import { isHtpasswdEntry } from "../zot/htpasswd";
import { accountList, type DeclaredMachines, type MachineRole } from "./generations";
import { childName } from "./scope";
import { todaysWords } from "./todaysWords";

export interface AccountsArgs extends DeclaredMachines, Pick<OldStackKeys, "keepPrevious"> {
  /** The password of `admin`, or a ready htpasswd entry of it. @default generated */
  adminPassword?: pulumi.Input<string> | undefined;
  /** Another number or word gives `fleet` another password. @default 1 */
  fleetRenewal?: number | string | undefined;
}

/** An account, with all that is known of it. */
export interface DeclaredAccount {
  username: string;
  role: Role;
  account: Account;
}

/**
 * The accounts of a registry: `admin` for people, `fleet` (generated) which seeds and verifies, so that nobody's own password
 * is needed, and the generations of `puller` (pull), `ci` (pull, push what is new) and, where it is wanted, `metrics` (read the metrics).
 */
export class Accounts extends pulumi.ComponentResource {
  readonly all: readonly DeclaredAccount[];
  /** All of them, as they sign in; without a password where it is not known. */
  readonly logins: { username: string; role: Role; password: Account["plainPassword"] }[];
  readonly admin: Account;
  readonly fleet: Account;
  /** The htpasswd lines of accounts whose password is not known. */
  readonly lines: readonly { username: string; entry: pulumi.Output<string> }[];
  /** Of the current generation. */
  readonly machines: Readonly<Record<MachineRole, Account>>;
  /** The newest that may read the metrics; undefined where there is none. */
  readonly scraper: Account | undefined;

  constructor(name: string, given: AccountsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("zot-fleet:index:Accounts", name, {}, opts);
    const args = todaysWords(given);
    const make = (username: string, more: Omit<AccountArgs, "username"> = {}) =>
      new Account(childName(name, "accounts", username), { username, ...more }, { parent: this });
    this.admin = make("admin", { password: args.adminPassword });
    this.fleet = make("fleet", { renewal: args.fleetRenewal });
    this.lines = isLine(args.adminPassword) ? [{ username: "admin", entry: this.admin.entry }] : [];
    const made: Partial<Record<string, Account>> = { admin: this.admin, fleet: this.fleet };
    this.all = accountList(args).map(({ username, role }) => ({
      username,
      role,
      account: made[username] ?? make(username),
    }));
    this.logins = this.all.map(({ username, role, account }) => ({
      username,
      role,
      password: account.plainPassword,
    }));
    const { current } = liveGenerations(args);
    const named = (name: string) => this.all.find(({ username }) => username === name)?.account;
    const newest = (machine: MachineRole) => named(accountName(machine, current)) ?? this.fleet;
    this.machines = { puller: newest("puller"), ci: newest("ci") };
    this.scraper = named(accountName("metrics", current));
    this.registerOutputs({ usernames: this.all.map(({ username }) => username) });
  }
}

/** Whether a line was given in place of a password. Of a password that is known later only, nobody could tell before. */
const isLine = (password: pulumi.Input<string> | undefined) =>
  typeof password === "string" && isHtpasswdEntry(password);

/** The password of a generated account. */
export function passwordOf(account: Account): pulumi.Output<string> {
  return account.plainPassword.apply((password) => password ?? "");
}
