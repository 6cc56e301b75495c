import * as pulumi from "@pulumi/pulumi";
import { Account } from "../dynamic/account";
import type { Role } from "../checks/check";
import { isHtpasswdEntry } from "../zot/htpasswd";
import { generations, machineRoles, type MachineRole } from "./generations";

export interface AccountsArgs {
  /** The password of `admin`, or a ready htpasswd entry of it. @default generated */
  adminPassword?: pulumi.Input<string> | undefined;
  /** The newest generation of the machine accounts, from 1. */
  rotation: number;
  /** Whether the generation before it works. */
  keepPrevious: boolean;
}

/** An account, with all that is known of it. */
export interface DeclaredAccount {
  username: string;
  role: Role;
  account: Account;
}

/**
 * The accounts of a registry: `admin` for people, `fleet` (generated) which seeds and verifies, so that nobody's own password
 * is needed, and the generations of `puller` (pull) and `ci` (pull, push what is new).
 */
export class Accounts extends pulumi.ComponentResource {
  readonly all: readonly DeclaredAccount[];
  readonly admin: Account;
  readonly fleet: Account;
  /** The htpasswd lines of accounts whose password is not known. */
  readonly lines: readonly { username: string; entry: pulumi.Output<string> }[];
  /** Of the newest generation. */
  readonly machines: Readonly<Record<MachineRole, Account>>;

  constructor(name: string, args: AccountsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("zot-fleet:index:Accounts", name, {}, opts);
    const make = (username: string, password?: pulumi.Input<string>) =>
      new Account(username, { username, password }, { parent: this });
    this.admin = make("admin", args.adminPassword);
    this.fleet = make("fleet");
    this.lines = isLine(args.adminPassword) ? [{ username: "admin", entry: this.admin.entry }] : [];
    const machines = generations(args.rotation, args.keepPrevious).map(
      ({ username, role, generation }) => {
        return {
          username,
          kind: role,
          role: machineRoles[role],
          generation,
          account: make(username),
        };
      },
    );
    const newest = (kind: MachineRole) =>
      machines.find((each) => each.kind === kind && each.generation === args.rotation)?.account ??
      this.fleet;
    this.machines = { puller: newest("puller"), ci: newest("ci") };
    this.all = [
      { username: "admin", role: "admin", account: this.admin },
      { username: "fleet", role: "admin", account: this.fleet },
      ...machines.map(({ username, role, account }) => ({ username, role, account })),
    ];
    this.registerOutputs({});
  }
}

/** Whether a line was given in place of a password. Of a password that is known later only, nobody could tell before. */
const isLine = (password: pulumi.Input<string> | undefined) =>
  typeof password === "string" && isHtpasswdEntry(password);

/** The password of a generated account. */
export function passwordOf(account: Account): pulumi.Output<string> {
  return account.plainPassword.apply((password) => password ?? "");
}
