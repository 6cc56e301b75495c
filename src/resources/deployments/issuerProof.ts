import { lookAtProvider } from "../../checks/oidc/oidcChecks";
import { failureText } from "../../checks/outcomes";
import { madeAnew } from "../define";
import type { IssuerProofInputs } from "../issuerProof";

export const issuerProofDeployment = madeAnew<IssuerProofInputs, IssuerProofInputs>(
  "issuer-proof",
  async (inputs) => {
    const problem = failureText(await lookAtProvider(inputs));
    if (problem === undefined) return inputs;
    throw new Error(
      `${problem}\n      Nothing was changed. Where only the cluster reaches the provider, set zot-fleet:oidc.checkIssuer to false.`,
    );
  },
);
