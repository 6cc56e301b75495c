import type {
  V1ConfigMap,
  V1Deployment,
  V1PersistentVolumeClaim,
  V1Pod,
  V1Secret,
  V1StatefulSet,
} from "@kubernetes/client-node";
import type { KubernetesReader } from "../cluster/kubernetes";
import { chartNames, podLabels, releaseName } from "../zot/chartValues";
import { sharedSecretKeys } from "../zot/sharedStorage";

type Reader = Pick<KubernetesReader, "read">;

/** A pod of the registry. */
export interface RegistryPod {
  namespace: string;
  name: string;
  /** As the cluster says; one that was told to end may be ready until it has ended. */
  ready: boolean;
  /** It was told to end, and has not yet. */
  terminating?: true;
  /** `Pending`, `Running`; absent where the kubelet said nothing yet. */
  phase?: string;
  /** When it was made, in milliseconds since 1970; absent where the cluster does not say. */
  madeAt?: number;
  restarts: number;
  /** Why its container waits or ended last: `CrashLoopBackOff`, `OOMKilled`. */
  reason?: string;
  /** Absent while it is on none. */
  node?: string;
  /** The claims whose volumes it mounts. */
  claims: string[];
  /** Of Zot, by the tag of its image. */
  version?: string;
  /** Seconds that it goes on serving after it was told to end (`preStop.sleep`); absent where it ends at once. */
  drain?: number;
  /** Seconds after which it is killed, counted from when it was told to end. */
  grace?: number;
}

/** What is there and goes on: it gets requests that are new. */
export const serves = ({ ready, terminating }: RegistryPod): boolean => ready && !terminating;

/**
 * The registry's pods by their names: the one that is named, else all that carry the registry's labels. None where there is none.
 *
 * @throws KubernetesError
 */
export async function readRegistryPods(
  reader: Pick<KubernetesReader, "read" | "list">,
  namespace: string,
  { pod: name }: { pod?: string | undefined },
): Promise<RegistryPod[]> {
  const pods = { apiVersion: "v1", kind: "Pod", namespace };
  if (name !== undefined) {
    const pod = await reader.read<V1Pod>({ ...pods, name });
    return pod === undefined ? [] : [factsOf(namespace, name, pod)];
  }
  const all = await reader.list<V1Pod>(pods, podLabels);
  return all
    .filter(({ status }) => !hasEnded(status?.phase))
    .map((pod) => factsOf(namespace, pod.metadata?.name ?? "", pod))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A pod that was evicted, or whose node shut down, stays in the list beside the one that took its place (kubernetes.io, "Pod Lifecycle"). */
const hasEnded = (phase = "") => phase === "Failed" || phase === "Succeeded";

function factsOf(namespace: string, name: string, { metadata, spec, status }: V1Pod): RegistryPod {
  const [container] = status?.containerStatuses ?? [];
  const ready = (status?.conditions ?? []).some(
    (each) => each.type === "Ready" && each.status === "True",
  );
  const { state, lastState } = container ?? {};
  const ended = ready ? undefined : lastState?.terminated?.reason;
  const reason = state?.waiting?.reason ?? state?.terminated?.reason ?? ended;
  const containers = spec?.containers ?? [];
  const version = containers.flatMap(({ image = "" }) => versionIn(image) ?? [])[0];
  // Others may have put a container of theirs beside it.
  const zot = containers.find((each) => each.name === releaseName) ?? containers[0];
  const drain = zot?.lifecycle?.preStop?.sleep?.seconds;
  const { nodeName: node, terminationGracePeriodSeconds: grace } = spec ?? {};
  const { phase } = status ?? {};
  const made = metadata?.creationTimestamp;
  return {
    namespace,
    name,
    ready,
    ...(metadata?.deletionTimestamp === undefined ? {} : { terminating: true }),
    restarts: container?.restartCount ?? 0,
    claims: (spec?.volumes ?? []).flatMap(
      ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
    ),
    ...(phase === undefined ? {} : { phase }),
    ...(made === undefined ? {} : { madeAt: new Date(made).getTime() }),
    ...(reason === undefined ? {} : { reason }),
    ...(node === undefined ? {} : { node }),
    ...(version === undefined ? {} : { version }),
    ...(drain === undefined ? {} : { drain }),
    ...(grace === undefined ? {} : { grace }),
  };
}

/** `ghcr.io/project-zot/zot:v2.1.18` runs 2.1.18. */
const versionIn = (image: string) => /:v(\d+\.\d+\.\d+)(?:@|$)/.exec(image)?.[1];

/** The claim that the registry keeps its images on. */
export interface Claim {
  name: string;
  /** `20Gi`; absent while it has no volume. */
  capacity?: string;
  /** Why images on it are not there, or will not stay; absent where they are and do. */
  problem?: ClaimProblem;
}

export interface ClaimProblem {
  kind: "absent" | "unbound" | "deleted";
  words: string;
}

/** @throws KubernetesError */
export async function readClaim(reader: Reader, namespace: string, name: string): Promise<Claim> {
  const object = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name };
  const claim = await reader.read<V1PersistentVolumeClaim>(object);
  const capacity = claim?.status?.capacity?.["storage"];
  const problem = problemOf(claim, `${namespace}/${name}`);
  return {
    name,
    ...(capacity === undefined ? {} : { capacity }),
    ...(problem === undefined ? {} : { problem }),
  };
}

function problemOf(
  claim: V1PersistentVolumeClaim | undefined,
  name: string,
): ClaimProblem | undefined {
  if (claim === undefined) return { kind: "absent", words: `there is no claim ${name}` };
  // A claim that a pod mounts goes with the pod ("Storage Object in Use Protection"), and looks bound until then.
  const deleted = claim.metadata?.deletionTimestamp;
  if (deleted !== undefined)
    return {
      kind: "deleted",
      words: `deleted at ${new Date(deleted).toISOString().replace(".000Z", "Z")}: its images are lost when the pod ends`,
    };
  const phase = claim.status?.phase ?? "without a phase";
  return phase === "Bound" ? undefined : { kind: "unbound", words: phase };
}

/** What makes the registry's pods, and how many. */
export interface Replicas {
  kind: "StatefulSet" | "Deployment";
  wanted: number;
  ready: number;
}

/** The registry's StatefulSet or its Deployment; undefined where there is neither. @throws KubernetesError */
export async function readReplicas(
  reader: Reader,
  namespace: string,
): Promise<Replicas | undefined> {
  for (const kind of ["StatefulSet", "Deployment"] as const) {
    const object = { apiVersion: "apps/v1", kind, namespace, name: releaseName };
    const found = await reader.read<V1StatefulSet | V1Deployment>(object);
    if (found !== undefined)
      return { kind, wanted: found.spec?.replicas ?? 1, ready: found.status?.readyReplicas ?? 0 };
  }
  return undefined;
}

/** What is told of the config that Zot runs with: nothing else of it leaves here, since it may hold a password of Redis. */
export interface RunningConfig {
  /** The prefixes that Zot fetches from elsewhere (`extensions.sync`). */
  upstreamPrefixes: string[];
  /** Blobs that repositories share are kept once in the bucket, and Redis alone knows where: what it forgets cannot be read. */
  dedupesBucket?: true;
}

/** By the ConfigMap of the config, or the Secret where it has a password inside. @throws KubernetesError */
export async function readRunningConfig(reader: Reader, namespace: string): Promise<RunningConfig> {
  const map = { apiVersion: "v1", kind: "ConfigMap", namespace, name: chartNames.configMap };
  const secret = { apiVersion: "v1", kind: "Secret", namespace, name: chartNames.secret };
  const open = await reader.read<V1ConfigMap>(map);
  const closed =
    open === undefined ? (await reader.read<V1Secret>(secret))?.data?.[configFile] : undefined;
  const text = closed === undefined ? open?.data?.[configFile] : fromBase64(closed);
  const destinations = (text ?? "").matchAll(/"destination"\s*:\s*"\/?([^"]+)"/g);
  return {
    upstreamPrefixes: [...destinations].flatMap(([, destination]) => destination ?? []),
    ...(dedupesBucket(text) ? { dedupesBucket: true } : {}),
  };
}

const configFile = sharedSecretKeys.config;

const fromBase64 = (text: string) => Buffer.from(text, "base64").toString();

/** Zot keeps each blob once unless it is told not to (pkg/api/config, New). */
function dedupesBucket(text = "{}"): boolean {
  try {
    const { storage } = JSON.parse(text) as {
      storage?: { dedupe?: boolean; storageDriver?: { name?: string } };
    };
    const { name = "local" } = storage?.storageDriver ?? {};
    return name !== "local" && storage?.dedupe !== false;
  } catch {
    // The parser's words quote the text, and the text is nothing that is told.
    return false;
  }
}
