import * as pulumi from "@pulumi/pulumi";
import type { DeepInput } from "./deepInput";
import type { ProofInputs } from "./proofProvider";
import { shell } from "./shell.cjs";

const provider = shell("proof");

export type ProofArgs = { [Key in keyof ProofInputs]: DeepInput<ProofInputs[Key]> };

/** Stands between the registry and everything that hands out its accounts. */
export class Proof extends pulumi.dynamic.Resource {
  constructor(name: string, args: ProofArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      { ...args, accounts: pulumi.secret(args.accounts) },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["accounts"] }),
      "zot-fleet",
      "Proof",
    );
  }
}
