import { accountsAccepted } from "../../checks/accounts";
import { accountOf } from "../../checks/expectations";
import { failureText } from "../../checks/outcomes";
import { reachable } from "../../checks/reach";
import { runChecks } from "../../checks/runChecks";
import { withEndpoint } from "../../cluster/endpoint";
import { ensureSentinel } from "../../seeding/sentinel";
import { madeAnew } from "../define";
import { atStorage } from "./atStorage";
import { everyPodAccepts, podsProofTools } from "./podsProof";
import { unseenIn } from "./readForRefresh";
import type { ProofInputs, ProofOutputs } from "../proof";
import type { Deployment } from "../provider";

export const proofDeployment: Deployment<ProofInputs, ProofOutputs> = {
  ...madeAnew<ProofInputs, ProofOutputs>("proof", prove),
  read: async (id, props) => ({ id, props: await unseenIn("the proof of the accounts", props) }),
};

async function prove(inputs: ProofInputs): Promise<ProofInputs> {
  const { pods } = inputs;
  const accounts = inputs.accounts.map(accountOf);
  // A client meets whichever pod the Service chooses: so all of them come first.
  if (pods !== undefined)
    await everyPodAccepts(accounts, pods.namespace, await podsProofTools(pods));
  // What is not there counts only once the sentinel is, and in a new bucket it is not.
  await atStorage(inputs, ensureSentinel);
  const expectations = { accounts, retired: [], images: [] };
  const results = await withEndpoint(inputs.endpoint, (address) =>
    runChecks([reachable, accountsAccepted], address, expectations),
  );
  const problem = failureText(results);
  if (problem !== undefined) throw new Error(problem);
  return inputs;
}
