import { KubernetesError, type KubernetesReader } from "../../cluster/kubernetes";
import type { Check } from "../check";
import type { ClusterExpectations } from "../expectations";
import { failed } from "../outcomes";
import { podsDrain, podsReady } from "./pods";
import { podsAlike } from "./podsAlike";
import { pullSecretsInPlace, pullSecretsPull } from "./pullSecrets";
import { claimInUse, otherNames, routesAccepted, workloadsCurrent } from "./surroundings";

/** A check that looks into the cluster as well. */
export type ClusterCheck = (expected: ClusterExpectations, reader: KubernetesReader) => Check;

const checks = [claimInUse, routesAccepted, pullSecretsInPlace, pullSecretsPull, workloadsCurrent];

/** The checks of what surrounds the registry in its cluster; they run after the registry's own. */
export function clusterChecks(expected: ClusterExpectations, reader: KubernetesReader): Check[] {
  const all = [
    ...checks,
    ...(expected.aliases === undefined ? [] : [otherNames]),
    ...(expected.replicas === undefined ? [] : [podsAlike, podsReady, podsDrain]),
  ];
  return all.map((check) => failing(check(expected, reader)));
}

/** The same checks for reading about, not for running: there is no cluster behind them. */
export function describedClusterChecks(): Check[] {
  const none = () => Promise.reject(new KubernetesError("there is no cluster"));
  const expected: ClusterExpectations = {
    context: "",
    namespace: "",
    host: "",
    aliases: [],
    replicas: { count: 0, drain: 0, bucket: "" },
    pullSecret: { name: "", username: "", namespaces: [] },
    workloads: [],
  };
  return clusterChecks(expected, { read: none, list: none });
}

/** A cluster that cannot be asked fails the check: a look that failed is never a pass. */
function failing(check: Check): Check {
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
