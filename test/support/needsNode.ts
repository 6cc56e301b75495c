import { existsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { dirname } from "node:path";
import type { Context } from "mocha";
import type { TestCluster } from "./clusterProject";
import { nodeCertificates } from "./doctor/nodeNames";
import { skipBecause } from "./skip";

/**
 * The address of the cluster's one node, which is this machine, and whose folders and containerd are ours to change; skips where it
 * is not.
 */
export async function needsNode({ kubectl }: TestCluster, context: Context): Promise<string> {
  const path = "{.items[*].status.addresses[?(@.type=='InternalIP')].address}";
  const nodes = (await kubectl("get", "nodes", "-o", `jsonpath=${path}`)).split(" ");
  const [node = ""] = nodes;
  const ours = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const here = nodes.length === 1 && ours.some(({ address }) => address === node);
  if (!here || process.getuid?.() !== 0 || !existsSync(dirname(nodeCertificates)))
    skipBecause("the cluster's node is not this machine, or not ours to change", context);
  return node;
}
