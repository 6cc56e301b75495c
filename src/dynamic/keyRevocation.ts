import * as pulumi from "@pulumi/pulumi";
import type { DeepInput } from "./deepInput";
import type { KeyRevocationInputs } from "./keyRevocationProvider";
import { orUndefined } from "./knownOutputs";
import { shell } from "./shell.cjs";

const provider = shell("keyRevocation");

export type KeyRevocationArgs = {
  [Key in keyof KeyRevocationInputs]: DeepInput<KeyRevocationInputs[Key]>;
};

/** Revokes the API keys of accounts that go, while they can still sign in: the accounts' file depends on it. */
export class KeyRevocation extends pulumi.dynamic.Resource {
  /** Accounts that went while their keys could not be revoked. */
  declare readonly unrevoked: pulumi.Output<string[] | undefined>;

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
  }
}
