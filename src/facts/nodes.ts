import type { V1Node } from "@kubernetes/client-node";
import type { KubernetesReader } from "../cluster/kubernetes";

/** The nodes that take any pod. @throws KubernetesError, also for who may look at namespaces alone */
export async function nodesForPods(reader: Pick<KubernetesReader, "list">): Promise<string[]> {
  const nodes = await reader.list<V1Node>({ apiVersion: "v1", kind: "Node" });
  return nodes.filter(takesPods).flatMap(({ metadata }) => metadata?.name ?? []);
}

/** Of a node with a taint nobody knows here who tolerates it. */
function takesPods({ spec, status }: V1Node): boolean {
  const ready = (status?.conditions ?? []).some(
    ({ type, status: value }) => type === "Ready" && value === "True",
  );
  const tainted = (spec?.taints ?? []).some(({ effect }) => effect !== "PreferNoSchedule");
  return ready && !tainted && spec?.unschedulable !== true;
}
