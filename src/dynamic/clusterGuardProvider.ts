import type { V1Namespace } from "@kubernetes/client-node";
import { KubernetesError, kubernetesReader } from "../cluster/kubernetes";
import { differ, type DynamicProvider } from "./provider";

export interface ClusterGuardInputs {
  /** The cluster's name, for the message. */
  cluster: string;
  context: string;
  /** The UID of the namespace `kube-system`, which is another in every cluster. */
  uid: string;
  /** `first` stands before everything else, `last` after it: a destroy begins with the last. */
  place: "first" | "last";
}

/**
 * Remembers which cluster a stack was deployed to. Its check stops previews and deployments to another one; a refresh
 * and a destroy look for themselves, because the engine checks nothing there.
 */
export const clusterGuardProvider: DynamicProvider<ClusterGuardInputs, ClusterGuardInputs> = {
  check: (olds, news) => {
    const reason = refusal(olds, news.uid);
    return Promise.resolve({
      inputs: news,
      failures: reason === undefined ? [] : [{ property: "uid", reason }],
    });
  },
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: differ<ClusterGuardInputs>(olds, news, ["cluster", "context", "uid", "place"]),
    }),
  create: (inputs) => Promise.resolve({ id: inputs.uid, outs: inputs }),
  read: async (id, props) => {
    await refuseAnother(props);
    return { id, props };
  },
  update: (_id, _olds, news) => Promise.resolve({ outs: news }),
  delete: async (_id, props) => {
    if (props.place === "last") await refuseAnother(props);
  },
};

function refusal({ cluster, uid }: Partial<ClusterGuardInputs>, found: string): string | undefined {
  if (uid === undefined || uid === found) return undefined;
  return (
    `this stack belongs to the cluster "${cluster ?? "?"}" whose kube-system has the UID ${uid}, and the context leads to ` +
    `one with ${found}. Mend zot-fleet:cluster.context, or make a stack of its own for the other cluster.`
  );
}

/** A cluster that cannot be asked is not another one; the Kubernetes provider tells about it. */
async function refuseAnother(props: ClusterGuardInputs): Promise<void> {
  const found = await uidOf(props.context);
  const reason = found === undefined ? undefined : refusal(props, found);
  if (reason !== undefined) throw new Error(reason);
}

async function uidOf(context: string): Promise<string | undefined> {
  try {
    const reader = await kubernetesReader(context);
    const name = { apiVersion: "v1", kind: "Namespace", name: "kube-system" };
    return (await reader.read<V1Namespace>(name))?.metadata?.uid;
  } catch (error) {
    if (error instanceof KubernetesError) return undefined;
    throw error;
  }
}
