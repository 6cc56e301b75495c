import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { V1Namespace } from "@kubernetes/client-node";
import type * as yaml from "yaml";
import { KubernetesError, kubernetesReader } from "../cluster/kubernetes";
import { inProject } from "../system/projectFolder";
import { define, except, madeAnew, plain } from "./define";
import { destroyBegins } from "./ending";

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
export function clusterGuardIn({ uidOf, isRebound }: GuardSurroundings) {
  return define<ClusterGuardInputs>({
    name: "clusterGuard",
    inputs: {
      cluster: plain,
      context: plain,
      uid: plain,
      place: plain,
      rebind: except("what is expected of the cluster is no fact of it"),
    },
    outputs: {},
    check: (olds, news) => {
      const reason = refusal(olds, news.uid, news.rebind === news.uid);
      return Promise.resolve({
        inputs: news,
        failures: reason === undefined ? [] : [{ property: "uid", reason }],
      });
    },
    load: () => ({
      ...madeAnew(
        ({ uid }) => uid,
        (inputs) => inputs,
      ),
      read: async (id, props) => {
        const uid = await mineNow(props);
        if (uid === undefined || uid === props.uid) return { id, props };
        const now = { ...props, uid };
        return { id, props: now, inputs: now };
      },
      delete: async (_id, props) => {
        if (props.place !== "last") return;
        await mineNow(props);
        destroyBegins();
      },
    }),
  });

  /**
   * The UID of the cluster that the stack belongs to now; undefined where it cannot be asked, which is no other cluster: the
   * Kubernetes provider tells about it.
   *
   * @throws Error where the context leads to another cluster
   */
  async function mineNow(props: ClusterGuardInputs): Promise<string | undefined> {
    const uid = await uidOf(props.context);
    if (uid === undefined || uid === props.uid || isRebound(props, uid)) return uid;
    throw new Error(refusal(props, uid, false));
  }
}

export const clusterGuard = clusterGuardIn({ uidOf, isRebound });

function refusal(
  { cluster, uid }: Partial<ClusterGuardInputs>,
  live: string,
  declared: boolean,
): string | undefined {
  if (uid === undefined || uid === live) return undefined;
  const other =
    `this stack belongs to the cluster "${cluster ?? "?"}" whose kube-system has the UID ${uid}, and the context leads to ` +
    `one with ${live}.`;
  return declared
    ? `${other} The stack file says that it was built anew: run "pulumi up --refresh", which finds what is gone and makes it again.`
    : `${other} Correct zot-fleet:cluster.context, or use another stack for the other cluster. ` +
        `If it is the same cluster, created again, write\n` +
        `    zot-fleet:cluster: { …, rebind: ${live} }\n` +
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

/** What a stack file says of its cluster, as far as it matters here. */
interface DeclaredCluster {
  name?: unknown;
  context?: unknown;
  rebind?: unknown;
}

/**
 * Whether a stack file of the project says that the cluster behind `context` was built anew and has the UID `uid` now. A refresh
 * and a destroy run no program and hand providers no config of today: what was reviewed lies in `stacks/` alone.
 */
export function isRebound(
  { cluster, context }: { cluster: string; context: string },
  uid: string,
): boolean {
  return declaredClusters(inProject("stacks")).some(
    ({ name, context: declared, rebind }) =>
      rebind === uid && (declared === context || name === cluster),
  );
}

function declaredClusters(folder: string): DeclaredCluster[] {
  // No preview comes here.
  const { parse } = require("yaml") as typeof yaml;
  return stackFiles(folder)
    .flatMap((file): unknown[] => {
      try {
        const { config } = parse(readFileSync(join(folder, file), "utf8")) as {
          config?: Record<string, unknown>;
        };
        const cluster = config?.["zot-fleet:cluster"];
        // `pulumi config set` without `--path` writes an object as one text of JSON.
        return [typeof cluster === "string" ? JSON.parse(cluster) : cluster];
      } catch {
        // A file that cannot be read declares nothing; the program itself tells what is wrong with its own.
        return [];
      }
    })
    .filter(
      (cluster): cluster is DeclaredCluster => typeof cluster === "object" && cluster !== null,
    );
}

function stackFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^Pulumi\..+\.ya?ml$/.test(name));
  } catch {
    return [];
  }
}
