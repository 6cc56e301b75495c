import type { DeclaredOidc } from "../checks/check";
import { failureText } from "../checks/failureText";
import { lookAtIssuer } from "../checks/oidc/issuerUsable";
import { differ, type DynamicProvider } from "./provider";

export type IssuerProofInputs = Pick<DeclaredOidc, "issuer" | "ca" | "scopes" | "reachable">;

/**
 * Lets a deployment go on only where the identity provider is one that Zot can use: Zot asks it while it starts, and ends where
 * something is wrong, so that a slip in the stack file would take a registry down that runs.
 */
export const issuerProofProvider: DynamicProvider<IssuerProofInputs, IssuerProofInputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: differ<IssuerProofInputs>(olds, news, ["issuer", "ca", "scopes", "reachable"]),
    }),
  create: async (inputs) => ({ id: "issuer-proof", outs: await prove(inputs) }),
  read: (id, props) => Promise.resolve({ id, props }),
  update: async (_id, _olds, news) => ({ outs: await prove(news) }),
  delete: () => Promise.resolve(),
};

async function prove(inputs: IssuerProofInputs): Promise<IssuerProofInputs> {
  const problem = failureText(await lookAtIssuer(inputs));
  if (problem === undefined) return inputs;
  throw new Error(
    `${problem}\n      Nothing was changed. Where only the cluster reaches the provider, set zot-fleet:oidc.checkIssuer to false.`,
  );
}
