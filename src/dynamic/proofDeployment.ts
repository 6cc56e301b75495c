import { accountsAccepted } from "../checks/accountsAccepted";
import { failureText } from "../checks/failureText";
import { reachable } from "../checks/reachable";
import { runChecks } from "../checks/runChecks";
import { withEndpoint } from "../cluster/endpoint";
import type { ProofInputs } from "./proofProvider";
import type { Deployment } from "./provider";

export const proofDeployment: Deployment<ProofInputs, ProofInputs> = {
  create: async (inputs) => ({ id: "proof", outs: await prove(inputs) }),
  read: (id, props) => Promise.resolve({ id, props }),
  update: async (_id, _olds, news) => ({ outs: await prove(news) }),
  delete: () => Promise.resolve(),
};

async function prove(inputs: ProofInputs): Promise<ProofInputs> {
  const expectations = { accounts: inputs.accounts, retired: [], images: [] };
  const results = await withEndpoint(inputs.endpoint, (address) =>
    runChecks([reachable, accountsAccepted], address, expectations),
  );
  const problem = failureText(results);
  if (problem !== undefined) throw new Error(problem);
  return inputs;
}
