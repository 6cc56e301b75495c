import { KubernetesError, kubernetesReader } from "../cluster/kubernetes";
import { readRelease } from "../cluster/readRelease";
import { isRunning, type ReleaseState } from "../cluster/releaseState";
import { isOurs, releaseName } from "../zot/chartValues";

/** What was seen of the registry's Helm release before anything is declared. */
export interface FoundRelease {
  /** The kubeconfig context that leads to it. */
  context: string;
  /** Absent where nobody could look. */
  look?: ReleaseState;
  /** Why nobody could. */
  unseen?: string;
  /** Whether the state has the release. @default unknown */
  inState?: boolean | undefined;
}

/**
 * Looks at the registry's release in a cluster. To be awaited before anything is declared: whether a release is made or taken
 * over has to be known when it is. A cluster that cannot be asked is no error here, since the provider tells about it.
 */
export async function findRelease(context: string, namespace: string): Promise<FoundRelease> {
  try {
    const reader = await kubernetesReader(context);
    return { context, look: await readRelease(reader, { namespace, name: releaseName }, isOurs) };
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    // Whether the cluster answers at all is told by the provider.
    return error.status === undefined ? { context } : { context, unseen: error.message };
  }
}

/** What a preview tells of the release, where something is to be told. */
export function releaseWarnings({ look, unseen }: FoundRelease): string[] {
  if (unseen !== undefined)
    return [
      `Helm's revisions cannot be read, so an interrupted deployment is neither seen nor repaired: ${unseen}. Give this account the right to list Secrets in the registry's namespace.`,
    ];
  if (look === undefined) return [];
  const { namespace, name, newest, unfinished, missing, stuck } = look;
  const release = `Helm's release ${namespace}/${name}`;
  return [
    ...(unfinished === undefined
      ? []
      : [
          `${release}: revision ${unfinished.revision} (${unfinished.chart}, by ${unfinished.writer ?? "somebody"}) is ${unfinished.status} since ${unfinished.begun}. ${
            unfinished.ours
              ? `pulumi up ${isRunning(unfinished.status) ? "waits until whoever began it can be at it no more, and then " : ""}goes on from the revision before.`
              : foreign(look)
          }`,
        ]),
    ...(missing.length === 0
      ? []
      : [
          `${release}: ${missing.join(", ")} of revision ${newest?.revision ?? "?"} gone; pulumi up makes it again.`,
        ]),
    ...(stuck === undefined
      ? []
      : [
          `pod ${namespace}/${stuck.name} does not start (${stuck.why}): if the release changes, pulumi up deletes the pod, so that it is created again.`,
        ]),
  ];
}

/** Why a deployment must not begin; undefined where it may. */
export function releaseProblem({ look }: FoundRelease): string | undefined {
  const { unfinished } = look ?? {};
  if (look === undefined || unfinished === undefined || unfinished.ours) return undefined;
  const { revision, status, begun, chart, writer = "somebody" } = unfinished;
  return `${writer} works on Helm's release ${look.namespace}/${look.name}: revision ${revision} (${chart}) is ${status} since ${begun}. ${foreign(look)}`;
}

const foreign = ({ namespace, name }: ReleaseState) =>
  `This program did not begin it, so pulumi up leaves it alone: wait until it ends, or end it with: helm rollback ${name} -n ${namespace}`;
