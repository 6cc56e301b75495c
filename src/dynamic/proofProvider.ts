import { accountsAccepted } from "../checks/accountsAccepted";
import type { ExpectedAccount } from "../checks/check";
import { failureText } from "../checks/failureText";
import { reachable } from "../checks/reachable";
import { runChecks } from "../checks/runChecks";
import { withEndpoint, type Endpoint } from "../cluster/endpoint";
import { differ, type DynamicProvider } from "./provider";

export interface ProofInputs {
  endpoint: Endpoint;
  accounts: ExpectedAccount[];
}

/** Lets a deployment go on only when the registry answers and takes every account: what hands accounts out waits for it. */
export const proofProvider: DynamicProvider<ProofInputs, ProofInputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({ changes: differ<ProofInputs>(olds, news, ["endpoint", "accounts"]) }),
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
