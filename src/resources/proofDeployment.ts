import { accountsAccepted } from "../checks/accounts";
import { failureText } from "../checks/outcomes";
import { reachable } from "../checks/reach";
import { runChecks } from "../checks/runChecks";
import { withEndpoint } from "../cluster/endpoint";
import { unseenIn } from "./unreachable";
import type { ProofInputs, ProofOutputs } from "./proofProvider";
import type { Deployment } from "./provider";

export const proofDeployment: Deployment<ProofInputs, ProofOutputs> = {
  create: async (inputs) => ({ id: "proof", outs: await prove(inputs) }),
  read: async (id, props) => ({ id, props: await unseenIn("the proof of the accounts", props) }),
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
