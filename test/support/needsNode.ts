import { existsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { dirname } from "node:path";
import type { Context } from "mocha";
import type { TestCluster } from "./clusterProject";
import { nodeCertificates } from "./doctor/nodeNames";
import { skipBecause } from "./skip";

/** Skips unless the cluster's one node is this machine, whose folders and containerd are ours to change. */
export async function needsNode({ kubectl }: TestCluster, context: Context): Promise<void> {
  const path = "{.items[*].status.addresses[?(@.type=='InternalIP')].address}";
  const nodes = (await kubectl("get", "nodes", "-o", `jsonpath=${path}`)).split(" ");
  const ours = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const here = nodes.length === 1 && ours.some(({ address }) => address === nodes[0]);
  if (!here || process.getuid?.() !== 0 || !existsSync(dirname(nodeCertificates)))
    skipBecause("the cluster's node is not this machine, or not ours to change", context);
}
