import * as pulumi from "@pulumi/pulumi";
import type { DeepInput } from "./deepInput";
import type { IssuerProofInputs } from "./issuerProofProvider";
import { shell } from "./shell.cjs";

const provider = shell("issuerProof");

export type IssuerProofArgs = {
  [Key in keyof IssuerProofInputs]: DeepInput<IssuerProofInputs[Key]>;
};

/** Stands between an identity provider and the registry that is told of it. */
export class IssuerProof extends pulumi.dynamic.Resource {
  constructor(name: string, args: IssuerProofArgs, opts?: pulumi.CustomResourceOptions) {
    const { clientSecret, ...rest } = args;
    super(
      provider,
      name,
      {
        ...rest,
        ...(clientSecret === undefined ? {} : { clientSecret: pulumi.secret(clientSecret) }),
      },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["clientSecret"] }),
      "zot-fleet",
      "IssuerProof",
    );
  }
}
