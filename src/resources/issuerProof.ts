import type { DeclaredOidc } from "../checks/expectations";
import { define, plain, secret } from "./define";
import type * as deployed from "./deployments/issuerProof";

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
  load: () => (require("./deployments/issuerProof") as typeof deployed).issuerProofDeployment,
});
