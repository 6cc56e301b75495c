import type { V1Namespace } from "@kubernetes/client-node";
import { KubernetesError, kubernetesReader } from "../cluster/kubernetes";
import { isRebound } from "./declaredRebind";
import { destroyBegins } from "./ending";
import { inputsDiffer, type DynamicProvider } from "./provider";

export interface ClusterGuardInputs {
  /** The name that the cluster had when the stack was first deployed. */
  cluster: string;
  context: string;
  /** The UID of the namespace `kube-system`, which is another in every cluster. */
  uid: string;
  /** `first` stands before everything else, `last` after it: a destroy begins with the last. */
  place: "first" | "last";
  /** The UID of the cluster that was built in the place of the known one; absent where none is expected. */
  rebind?: string;
}

/** How the guard sees the world; tests have one of their own. */
interface GuardSurroundings {
  /** The UID of the `kube-system` behind a context; undefined where the cluster cannot be asked. */
  uidOf: (context: string) => Promise<string | undefined>;
  /** Whether the stack file says that the cluster has this UID now. */
  isRebound: (props: ClusterGuardInputs, uid: string) => boolean;
}

/**
 * Remembers which cluster a stack was deployed to. Its check stops previews and deployments to another one; a refresh
 * and a destroy look for themselves, because the engine checks nothing there. A refresh alone moves on to a cluster that was
 * built anew: it also finds that everything in it is gone, where a deployment by itself would call it unchanged.
 */
export function clusterGuardProviderIn({
  uidOf,
  isRebound,
}: GuardSurroundings): DynamicProvider<ClusterGuardInputs, ClusterGuardInputs> {
  return {
    check: (olds, news) => {
      const reason = refusal(olds, news.uid, news.rebind === news.uid);
      return Promise.resolve({
        inputs: news,
        failures: reason === undefined ? [] : [{ property: "uid", reason }],
      });
    },
    diff: (_id, olds, news) =>
      Promise.resolve({
        changes: inputsDiffer(olds, news, {
          except: { rebind: "what is expected of the cluster is no fact of it" },
        }),
      }),
    create: (inputs) => Promise.resolve({ id: inputs.uid, outs: inputs }),
    read: async (id, props) => {
      const uid = await mineNow(props);
      if (uid === undefined || uid === props.uid) return { id, props };
      const now = { ...props, uid };
      return { id, props: now, inputs: now };
    },
    update: (_id, _olds, news) => Promise.resolve({ outs: news }),
    delete: async (_id, props) => {
      if (props.place !== "last") return;
      await mineNow(props);
      destroyBegins();
    },
  };

  /**
   * The UID of the cluster that the stack belongs to now; undefined where it cannot be asked, which is no other cluster: the
   * Kubernetes provider tells about it.
   *
   * @throws Error where the context leads to another cluster
   */
  async function mineNow(props: ClusterGuardInputs): Promise<string | undefined> {
    const found = await uidOf(props.context);
    if (found === undefined || found === props.uid || isRebound(props, found)) return found;
    throw new Error(refusal(props, found, false));
  }
}

export const clusterGuardProvider = clusterGuardProviderIn({ uidOf, isRebound });

function refusal(
  { cluster, uid }: Partial<ClusterGuardInputs>,
  found: string,
  declared: boolean,
): string | undefined {
  if (uid === undefined || uid === found) return undefined;
  const other =
    `this stack belongs to the cluster "${cluster ?? "?"}" whose kube-system has the UID ${uid}, and the context leads to ` +
    `one with ${found}.`;
  return declared
    ? `${other} The stack file says that it was built anew: run "pulumi up --refresh", which finds what is gone and makes it again.`
    : `${other} Mend zot-fleet:cluster.context, or make a stack of its own for the other cluster. ` +
        `Where it is the same cluster, built anew, write\n` +
        `    zot-fleet:cluster: { …, rebind: ${found} }\n` +
        `  into the stack file and run "pulumi up --refresh": accounts and passwords stay, everything else is made again.`;
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
