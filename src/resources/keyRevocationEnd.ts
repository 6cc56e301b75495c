import * as pulumi from "@pulumi/pulumi";
import type { DeepInput } from "./deepInput";
import type { KeyRevocationEndInputs } from "./keyRevocationEndProvider";
import { shell } from "./shell.cjs";

const provider = shell("keyRevocationEnd");

export type KeyRevocationEndArgs = {
  [Key in keyof KeyRevocationEndInputs]: DeepInput<KeyRevocationEndInputs[Key]>;
};

/** Revokes again what `KeyRevocation` revoked, once the registry is proved to have its new accounts. */
export class KeyRevocationEnd extends pulumi.dynamic.Resource {
  /** Accounts that went, or got another password, and whose keys may be there still. */
  declare readonly owed: pulumi.Output<string[]>;

  constructor(name: string, args: KeyRevocationEndArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      { ...args, accounts: pulumi.secret(args.accounts) },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["accounts", "lines"] }),
      "zot-fleet",
      "KeyRevocationEnd",
    );
  }
}
