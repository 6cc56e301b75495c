import { KubernetesError } from "../cluster/kubernetes";
import { pathText } from "../config/words";
import type { StackConfig } from "../config/stack";
import { monitoringApiVersion, readMonitoringKinds } from "../facts/monitoringKinds";

/** The kind that each key makes an object of. */
const kinds = { serviceMonitor: "ServiceMonitor", rules: "PrometheusRule" } as const;

/**
 * Why what Prometheus is to be told cannot be made: the cluster has no such kind. Only asked where one is wanted. A cluster that cannot
 * be asked is no error here, since Pulumi's provider says so.
 *
 * @returns undefined where nothing is missing
 */
export async function monitoringProblem(
  { cluster, monitoring }: Pick<StackConfig, "cluster" | "monitoring">,
  read: (context: string) => Promise<readonly string[]> = readMonitoringKinds,
): Promise<string | undefined> {
  const wanted = (Object.keys(kinds) as (keyof typeof kinds)[]).filter(
    (key) => monitoring?.[key] === true,
  );
  if (wanted.length === 0) return undefined;
  try {
    const there = await read(cluster.context);
    const lines = wanted
      .filter((key) => !there.includes(kinds[key]))
      .map((key) => `${pathText(["monitoring", key])}: the cluster has no kind ${kinds[key]}`);
    if (lines.length === 0) return undefined;
    return `${lines.join("\n")}\n${monitoringApiVersion} is of Prometheus' operator: install it, or its CRDs, in ${cluster.context}, or leave ${lines.length === 1 ? "the key" : "the keys"} out.`;
  } catch (error) {
    if (error instanceof KubernetesError) return undefined;
    throw error;
  }
}
