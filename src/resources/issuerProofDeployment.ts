import { failureText } from "../checks/outcomes";
import { lookAtProvider } from "../checks/oidc/oidcChecks";
import type { IssuerProofInputs } from "./issuerProofProvider";
import type { Deployment } from "./provider";

export const issuerProofDeployment: Deployment<IssuerProofInputs, IssuerProofInputs> = {
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
