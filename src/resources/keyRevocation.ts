import * as pulumi from "@pulumi/pulumi";
import type { DeepInput } from "./deepInput";
import { isKept, type HeldAccount } from "./heldAccounts";
import type { KeyRevocationInputs } from "./keyRevocationProvider";
import { orUndefined } from "./knownOutputs";
import { shell } from "./shell.cjs";

const provider = shell("keyRevocation");

export type KeyRevocationArgs = {
  [Key in keyof KeyRevocationInputs]: DeepInput<KeyRevocationInputs[Key]>;
};

/** Revokes the API keys of accounts that go, while they can still sign in: the accounts' file depends on it. */
export class KeyRevocation extends pulumi.dynamic.Resource {
  /** Accounts that went, or got another password, while their keys could not be listed. */
  declare readonly unrevoked: pulumi.Output<string[] | undefined>;
  /** Every account, and every name that is kept, with what `KeyRevocationEnd` needs. A secret. */
  readonly held: pulumi.Output<HeldAccount[]>;
  /** The htpasswd lines of names that are kept until their keys are gone: they belong into the accounts' file. A secret. */
  readonly keptEntries: pulumi.Output<string[]>;

  constructor(name: string, args: KeyRevocationArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      { ...args, accounts: pulumi.secret(args.accounts), unrevoked: undefined },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["accounts"] }),
      "zot-fleet",
      "KeyRevocation",
    );
    this.unrevoked = this.unrevoked.apply(orUndefined);
    const { accounts } = this as unknown as { accounts: pulumi.Output<HeldAccount[]> };
    // In a preview of an update `accounts` is what went in, without what will be kept; `unrevoked` is unknown then, and says so.
    this.held = pulumi.secret(
      pulumi.all([accounts, this.unrevoked]).apply(([everyone]) => everyone),
    );
    this.keptEntries = this.held.apply((everyone) =>
      everyone.filter(isKept).map(({ entry }) => entry),
    );
  }
}
