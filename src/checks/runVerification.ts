import { withEndpoint, type Endpoint } from "../cluster/endpoint";
import { kubernetesReader } from "../cluster/kubernetes";
import { registryChecks } from "./allChecks";
import { keyChecks } from "./apiKeys";
import type { CheckResult } from "./check";
import { clusterChecks } from "./cluster/clusterChecks";
import type { ClusterExpectations, Expectations } from "./expectations";
import { runChecks, type RunOptions } from "./runChecks";

/** What a deployment asks of a registry and of the cluster around it, and how the registry is reached. */
export interface Verified extends Omit<Expectations, "retired"> {
  /** How the registry is reached from where the checks run. */
  endpoint: Endpoint;
  /** What was asked of the cluster around the registry; absent where there is none. */
  cluster?: ClusterExpectations;
}

/** The verification of a deployment: the same checks in the engine and by hand. */
export async function runVerification(
  asked: Verified,
  retired: Expectations["retired"] = [],
  options?: RunOptions,
): Promise<CheckResult[]> {
  const { endpoint, cluster, ...expectations } = asked;
  const keys = expectations.apiKeys === undefined ? [] : keyChecks;
  const around =
    cluster === undefined ? [] : clusterChecks(cluster, await kubernetesReader(cluster.context));
  const { patienceMs } = options ?? {};
  return withEndpoint(
    endpoint,
    (address) =>
      runChecks(
        [...registryChecks, ...keys, ...around],
        address,
        { ...expectations, retired },
        options,
      ),
    patienceMs === undefined ? {} : { patience: patienceMs },
  );
}
