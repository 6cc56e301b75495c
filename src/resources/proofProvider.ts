import type { ExpectedAccount } from "../checks/expectations";
import type { Endpoint } from "../cluster/endpoint";
import { isElsewhere } from "./clusterUid";
import { inputsDiffer, whenDeployed, type DynamicProvider } from "./provider";
import type * as deployed from "./proofDeployment";

export interface ProofInputs {
  endpoint: Endpoint;
  accounts: ExpectedAccount[];
  /** The UID of the cluster's `kube-system`: in another cluster everything is proved again. Absent where none was known. */
  clusterUid?: string;
}

export interface ProofOutputs extends ProofInputs {
  /** Why a refresh could not look at the registry. */
  unseen?: string;
}

/** Lets a deployment go on only when the registry answers and takes every account: what hands accounts out waits for it. */
export const proofProvider: DynamicProvider<ProofInputs, ProofOutputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes:
        olds.unseen !== undefined ||
        isElsewhere(olds, news) ||
        inputsDiffer(olds, news, {
          outputs: ["unseen"],
          except: { clusterUid: "states of before have none, which is no other cluster" },
        }),
    }),
  ...whenDeployed(() => (require("./proofDeployment") as typeof deployed).proofDeployment),
};
