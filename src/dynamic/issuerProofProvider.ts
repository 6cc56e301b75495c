import type { DeclaredOidc } from "../checks/check";
import { failureText } from "../checks/failureText";
import { lookAtProvider } from "../checks/oidc/lookAtProvider";
import { differ, type DynamicProvider } from "./provider";

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
  create: async (inputs) => ({ id: "issuer-proof", outs: await prove(inputs) }),
  read: (id, props) => Promise.resolve({ id, props }),
  update: async (_id, _olds, news) => ({ outs: await prove(news) }),
  delete: () => Promise.resolve(),
};

async function prove(inputs: IssuerProofInputs): Promise<IssuerProofInputs> {
  const problem = failureText(await lookAtProvider(inputs));
  if (problem === undefined) return inputs;
  throw new Error(
    `${problem}\n      Nothing was changed. Where only the cluster reaches the provider, set zot-fleet:oidc.checkIssuer to false.`,
  );
}
