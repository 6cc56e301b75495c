import type { StoredAccount } from "../checks/expectations";
import type { Endpoint } from "../cluster/endpoint";
import { clusterUid, define, plain, secret, unread } from "./define";
import type * as deployed from "./deployments/proof";

export interface RegistryPods {
  context: string;
  namespace: string;
  /** Where they listen. */
  port: number;
}

export interface ProofInputs {
  endpoint: Endpoint;
  accounts: StoredAccount[];
  /** Where the pods of a registry of several are: each has to take every account. Absent where there is one. */
  pods?: RegistryPods;
  /** The UID of the cluster's `kube-system`: in another cluster everything is proved again. Absent where none was known. */
  clusterUid?: string;
}

export interface ProofOutputs extends ProofInputs {
  /** Why a refresh could not look at the registry. */
  unseen?: string;
}

/** Lets a deployment go on only when the registry answers and takes every account: what hands accounts out waits for it. */
export const proof = define<ProofInputs, ProofOutputs, never, "unseen">({
  name: "proof",
  inputs: { endpoint: plain, accounts: secret, pods: plain, clusterUid },
  outputs: { unseen: { ...unread, trouble: true } },
  load: () => (require("./deployments/proof") as typeof deployed).proofDeployment,
});
