import { KubernetesError, type KubernetesReader } from "../../cluster/kubernetes";
import { nodesForPods } from "../../facts/nodes";
import { readRegistryPods, serves } from "../../facts/registryObjects";
import type { Finding } from "../check";
import { failed, late, nothingDeclared, passed, skipped, warning } from "../outcomes";
import type { ClusterCheck } from "./clusterChecks";

const oneClaim = nothingDeclared("one pod with its claim is declared");

export const podsReady: ClusterCheck = ({ namespace, pod, replicas }, reader) => ({
  code: "ZF508",
  title: "as many pods as declared are ready, and not all on one node",
  hint: "Look at the pods' events and logs. Where all are on one node, is there room on the others? A rollout spreads them anew: kubectl rollout restart deployment zot.",
  why: "What takes one pod or one node away, as every upgrade of a node does, takes the registry away where nothing else is left.",
  lag: 120_000,
  async run() {
    if (replicas === undefined) return oneClaim;
    const pods = await readRegistryPods(reader, namespace, { pod });
    const ready = pods.filter(serves);
    const { count } = replicas;
    if (ready.length < count) {
      const others = pods.filter((each) => !each.terminating && !each.ready);
      const words = others.map(({ name, phase = "?", reason }) => `${name} is ${reason ?? phase}`);
      return late([`${ready.length} of ${count} are ready`, ...words].join(", "));
    }
    const nodes = [...new Set(ready.flatMap(({ node }) => node ?? []))];
    const all = passed(`${ready.length} of ${count} are ready, on ${nodes.join(", ")}`);
    if (count === 1 || nodes.length > 1) return all;
    const [only = "one node"] = nodes;
    return [all, await spread(only, reader)];
  },
});

/** Whether the pods' one node is the only one that takes pods. */
async function spread(node: string, reader: KubernetesReader): Promise<Finding> {
  try {
    const others = (await nodesForPods(reader)).filter((each) => each !== node).length;
    return others === 0
      ? skipped("the cluster has no other node that takes pods", node)
      : warning(`all pods are on it, and ${others} more nodes take pods`, node);
  } catch (error) {
    // Nodes belong to no namespace: not everybody who may look at the registry's pods may list them.
    if (error instanceof KubernetesError)
      return skipped(
        `all pods are on it, and whether there are others is not known: ${error.message}`,
        node,
      );
    throw error;
  }
}

/** What Kubernetes gives a pod that says nothing. */
const usualGrace = 30;

export const podsDrain: ClusterCheck = ({ namespace, pod, replicas }, reader) => ({
  code: "ZF509",
  title: "pods go on serving for a while before they end",
  hint: "Did something write the Deployment zot that is not this stack, such as helm upgrade or a rollback? pulumi up --refresh puts preStop and the grace period back.",
  why: "Zot ends within milliseconds of being told to and cuts every download. Gateways learn seconds later that a pod is gone: for that long it has to wait.",
  // The pods from before the patch go one after another.
  lag: 120_000,
  async run() {
    if (replicas?.drain === undefined) return nothingDeclared("one pod is declared");
    const declared = replicas.drain;
    const pods = await readRegistryPods(reader, namespace, { pod });
    const staying = pods.filter(({ terminating }) => !terminating);
    if (staying.length === 0) return late(`there is no pod in ${namespace}`);
    return staying.map(({ name, drain, grace = usualGrace }) => {
      if (drain === undefined) return late("it has no preStop sleep: it ends at once", name);
      const wanted = `${declared} s are declared`;
      if (drain !== declared) return late(`its preStop sleeps ${drain} s; ${wanted}`, name);
      return grace > drain
        ? passed(`preStop sleeps ${drain} s of ${grace} s`, name)
        : failed(`preStop sleeps ${drain} s, and it is killed after ${grace} s`, name);
    });
  },
});
