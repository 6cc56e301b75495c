import type { DeclaredOidc } from "../checks/expectations";
import type * as deployed from "./issuerProofDeployment";
import { inputsDiffer, whenDeployed, type DynamicProvider } from "./provider";

export type IssuerProofInputs = DeclaredOidc;

/**
 * Lets a deployment go on only where the identity provider is one that Zot can use, and knows the client: Zot asks it while
 * it starts, and ends where something is wrong, so that a slip in the stack file would take a registry down that runs.
 */
export const issuerProofProvider: DynamicProvider<IssuerProofInputs, IssuerProofInputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    // Whatever changes may be what the provider refuses.
    Promise.resolve({ changes: inputsDiffer(olds, news) }),
  ...whenDeployed(
    () => (require("./issuerProofDeployment") as typeof deployed).issuerProofDeployment,
  ),
};
