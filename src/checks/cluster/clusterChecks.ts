import { KubernetesError, type KubernetesReader } from "../../cluster/kubernetes";
import type { ExpectedGateway } from "../../cluster/routeStatus";
import type { Check } from "../check";
import { failed } from "../outcomes";
import { pullSecretsInPlace, pullSecretsPull } from "./pullSecrets";
import { claimInUse, otherNames, routesAccepted, workloadsCurrent } from "./surroundings";

/** A workload that runs a seeded image, and the digests that are right for its tag. */
export interface ExpectedWorkload {
  namespace: string;
  kind: "Deployment" | "StatefulSet" | "DaemonSet";
  name: string;
  repository: string;
  /** The digest behind the tag and, of an image for several platforms, those of its children. */
  digests: string[];
}

/** What was asked of the cluster around the registry: what its checks compare with. */
export interface ClusterExpectations {
  context: string;
  /** The registry's namespace. */
  namespace: string;
  /** The host name that clients use. */
  host: string;
  /** More host names that lead to the registry. Absent where there are none. */
  aliases?: string[];
  pod: string;
  claim: string;
  /** Absent where no gateway should route to the registry. */
  route?: { name: string; gateways: ExpectedGateway[] };
  pullSecret: { name: string; username: string; namespaces: string[] };
  workloads: ExpectedWorkload[];
}

/** A check that looks into the cluster as well. */
export type ClusterCheck = (expected: ClusterExpectations, reader: KubernetesReader) => Check;

const checks = [claimInUse, routesAccepted, pullSecretsInPlace, pullSecretsPull, workloadsCurrent];

/** The checks of what surrounds the registry in its cluster; they run after the registry's own. */
export function clusterChecks(expected: ClusterExpectations, reader: KubernetesReader): Check[] {
  const all = expected.aliases === undefined ? checks : [...checks, otherNames];
  return all.map((check) => told(check(expected, reader)));
}

/** The same checks for reading about, not for running: there is no cluster behind them. */
export function describedClusterChecks(): Check[] {
  const none = () => Promise.reject(new KubernetesError("there is no cluster"));
  const expected: ClusterExpectations = {
    context: "",
    namespace: "",
    host: "",
    aliases: [],
    pod: "",
    claim: "",
    pullSecret: { name: "", username: "", namespaces: [] },
    workloads: [],
  };
  return clusterChecks(expected, { read: none, list: none });
}

/** A cluster that cannot be asked fails the check: a look that failed is never a pass. */
function told(check: Check): Check {
  return {
    ...check,
    run: async (context) => {
      try {
        return await check.run(context);
      } catch (error) {
        if (error instanceof KubernetesError) return failed(error.message);
        throw error;
      }
    },
  };
}
