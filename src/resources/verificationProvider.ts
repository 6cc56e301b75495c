import type { CheckResult } from "../checks/check";
import type { Verified } from "../checks/runVerification";
import { isElsewhere } from "./clusterUid";
import { inputsDiffer, whenDeployed, type DynamicProvider } from "./provider";
import type * as deployed from "./verificationDeployment";

/** What is verified, as the engine keeps it. */
export interface VerificationInputs extends Verified {
  /** The UID of the cluster's `kube-system`: in another cluster everything is looked at again. Absent where none was known. */
  clusterUid?: string;
}

export interface VerificationOutputs extends VerificationInputs {
  results: CheckResult[];
  /** Why a refresh could not look at the registry. */
  unseen?: string;
  /** The generation of the machine accounts that clients hold, where this verification failed. */
  held?: number;
}

/** Looks at the registry whenever what was asked of it changes, and fails the deployment when a check fails. */
export const verificationProvider: DynamicProvider<VerificationInputs, VerificationOutputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes:
        olds.unseen !== undefined ||
        isElsewhere(olds, news) ||
        hasFailed(olds) ||
        inputsDiffer(olds, news, {
          outputs: ["results", "unseen", "held"],
          except: { clusterUid: "states of before have none, which is no other cluster" },
        }),
    }),
  ...whenDeployed(
    () => (require("./verificationDeployment") as typeof deployed).verificationDeployment,
  ),
};

/** The engine tries a resource again that failed, but forgets with a refresh that it did. */
const hasFailed = ({ results }: Partial<VerificationOutputs>) =>
  results?.some(({ status }) => status === "failed") ?? false;
