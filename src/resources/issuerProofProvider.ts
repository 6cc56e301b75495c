import type { DeclaredOidc } from "../checks/check";
import type * as deployed from "./issuerProofDeployment";
import { differ, whenDeployed, type DynamicProvider } from "./provider";

export type IssuerProofInputs = DeclaredOidc;

/** All of them: whatever changes may be what the provider refuses. */
const looked = [
  "issuer",
  "clientId",
  "clientSecret",
  "callback",
  "scopes",
  "ca",
  "reachable",
] as const satisfies readonly (keyof IssuerProofInputs)[];

/**
 * Lets a deployment go on only where the identity provider is one that Zot can use, and knows the client: Zot asks it while
 * it starts, and ends where something is wrong, so that a slip in the stack file would take a registry down that runs.
 */
export const issuerProofProvider: DynamicProvider<IssuerProofInputs, IssuerProofInputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: differ<IssuerProofInputs>(olds, news, looked),
    }),
  ...whenDeployed(
    () => (require("./issuerProofDeployment") as typeof deployed).issuerProofDeployment,
  ),
};
