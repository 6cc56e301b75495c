import type { CheckResult } from "../checks/check";
import type { Verified } from "../checks/runVerification";
import { differ, whenDeployed, type DynamicProvider } from "./provider";
import type * as deployed from "./verificationDeployment";

/** What is verified, as the engine keeps it. */
export type VerificationInputs = Verified;

export interface VerificationOutputs extends VerificationInputs {
  results: CheckResult[];
  /** The generation of the machine accounts that clients hold, where this verification failed. */
  held?: number;
}

/** Looks at the registry whenever what was asked of it changes, and fails the deployment when a check fails. */
export const verificationProvider: DynamicProvider<VerificationInputs, VerificationOutputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: differ<VerificationInputs>(olds, news, [
        "endpoint",
        "accounts",
        "images",
        "cluster",
        "registry",
        "limits",
        "access",
        "upstreams",
        "oidc",
        "apiKeys",
      ]),
    }),
  ...whenDeployed(
    () => (require("./verificationDeployment") as typeof deployed).verificationDeployment,
  ),
};
