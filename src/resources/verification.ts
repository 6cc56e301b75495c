import * as pulumi from "@pulumi/pulumi";
import type { CheckResult } from "../checks/check";
import type { DeepInput } from "./deepInput";
import { shell } from "./shell.cjs";
import type { VerificationInputs } from "./verificationProvider";

const provider = shell("verification");

export type VerificationArgs = {
  [Key in keyof VerificationInputs]: DeepInput<VerificationInputs[Key]>;
};

/** Proof that the registry does what was asked of it: reads only, and runs again when something it looks at changes. */
export class Verification extends pulumi.dynamic.Resource {
  /** The cluster around the registry, as it was verified last. */
  declare readonly cluster: pulumi.Output<VerificationInputs["cluster"]>;
  declare readonly results: pulumi.Output<CheckResult[]>;

  constructor(name: string, args: VerificationArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      {
        ...args,
        accounts: pulumi.secret(args.accounts),
        ...(args.upstreams === undefined ? {} : { upstreams: pulumi.secret(args.upstreams) }),
        ...(args.oidc === undefined ? {} : { oidc: pulumi.secret(args.oidc) }),
        ...(args.apiKeys === undefined ? {} : { apiKeys: pulumi.secret(args.apiKeys) }),
        results: undefined,
      },
      pulumi.mergeOptions(opts, {
        additionalSecretOutputs: ["accounts", "apiKeys", "oidc", "upstreams"],
      }),
      "zot-fleet",
      "Verification",
    );
  }
}
