import type { ExpectedAccount } from "../checks/check";
import type { Endpoint } from "../cluster/endpoint";
import { differ, whenDeployed, type DynamicProvider } from "./provider";
import type * as deployed from "./proofDeployment";

export interface ProofInputs {
  endpoint: Endpoint;
  accounts: ExpectedAccount[];
}

/** Lets a deployment go on only when the registry answers and takes every account: what hands accounts out waits for it. */
export const proofProvider: DynamicProvider<ProofInputs, ProofInputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({ changes: differ<ProofInputs>(olds, news, ["endpoint", "accounts"]) }),
  ...whenDeployed(() => (require("./proofDeployment") as typeof deployed).proofDeployment),
};
