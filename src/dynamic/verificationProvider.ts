import type { CheckResult, Expectations, ExpectedAccount } from "../checks/check";
import { clusterChecks } from "../checks/cluster/clusterChecks";
import type { ClusterExpectations } from "../checks/cluster/expectations";
import { failureText } from "../checks/failureText";
import { registryChecks } from "../checks/registryChecks";
import { runChecks } from "../checks/runChecks";
import { withEndpoint, type Endpoint } from "../cluster/endpoint";
import { kubernetesReader } from "../cluster/kubernetes";
import type { Credentials } from "../oci/client";
import { differ, incomplete, type DynamicProvider } from "./provider";

export interface VerificationInputs {
  /** How the registry is reached from where the deployment runs. */
  endpoint: Endpoint;
  accounts: ExpectedAccount[];
  images: Expectations["images"];
  /** What was asked of the cluster around the registry; absent where there is none. */
  cluster?: ClusterExpectations;
}

export interface VerificationOutputs extends VerificationInputs {
  results: CheckResult[];
}

/** Looks at the registry whenever what was asked of it changes, and fails the deployment when a check fails. */
export const verificationProvider: DynamicProvider<VerificationInputs, VerificationOutputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: differ<VerificationInputs>(olds, news, [
        "endpoint",
        "accounts",
        "images",
        "cluster",
      ]),
    }),
  create: async (inputs) => ({ id: "verification", outs: await verify(inputs, []) }),
  read: (id, props) => Promise.resolve({ id, props }),
  update: async (_id, olds, news) => ({
    outs: await verify(news, replaced(olds.accounts, news.accounts)),
  }),
  delete: () => Promise.resolve(),
};

async function verify(
  inputs: VerificationInputs,
  retired: Credentials[],
): Promise<VerificationOutputs> {
  const { endpoint, cluster } = inputs;
  const around =
    cluster === undefined ? [] : clusterChecks(cluster, await kubernetesReader(cluster.context));
  const results = await withEndpoint(endpoint, (address) =>
    runChecks([...registryChecks, ...around], address, { ...inputs, retired }),
  );
  const outs = { ...inputs, results };
  const problem = failureText(results);
  if (problem === undefined) return outs;
  throw incomplete("verification", outs, problem);
}

/** The credentials of `olds` that have another password in `news`, or no account any more. */
function replaced(olds: ExpectedAccount[], news: ExpectedAccount[]): Credentials[] {
  return olds.flatMap(({ username, password }) => {
    const now = news.find((account) => account.username === username);
    return password === undefined || now?.password === password ? [] : [{ username, password }];
  });
}
