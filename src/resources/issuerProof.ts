import type { DeclaredOidc } from "../checks/expectations";
import type * as oidcChecks from "../checks/oidc/oidcChecks";
import type * as outcomes from "../checks/outcomes";
import { define, madeAnew, plain, secret } from "./define";

export type IssuerProofInputs = DeclaredOidc;

/**
 * Lets a deployment go on only where the identity provider is one that Zot can use, and knows the client: Zot asks it while
 * it starts, and ends where something is wrong, so that a slip in the stack file would take a registry down that runs. Whatever
 * changes may be what the provider refuses.
 */
export const issuerProof = define<IssuerProofInputs>({
  name: "issuerProof",
  inputs: {
    issuer: plain,
    clientId: plain,
    clientSecret: secret,
    callback: plain,
    scopes: plain,
    ca: plain,
    reachable: plain,
  },
  outputs: {},
  load: () => madeAnew("issuer-proof", prove),
});

async function prove(inputs: IssuerProofInputs): Promise<IssuerProofInputs> {
  const { lookAtProvider } = require("../checks/oidc/oidcChecks") as typeof oidcChecks;
  const { failureText } = require("../checks/outcomes") as typeof outcomes;
  const problem = failureText(await lookAtProvider(inputs));
  if (problem === undefined) return inputs;
  throw new Error(
    `${problem}\n      Nothing was changed. Where only the cluster reaches the provider, set zot-fleet:oidc.checkIssuer to false.`,
  );
}
