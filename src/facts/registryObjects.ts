import type {
  V1ConfigMap,
  V1PersistentVolumeClaim,
  V1Pod,
  V1StatefulSet,
} from "@kubernetes/client-node";
import type { KubernetesReader } from "../cluster/kubernetes";
import { chartNames, releaseName } from "../zot/chartValues";

type Reader = Pick<KubernetesReader, "read">;

/** The registry's own pod. */
export interface RegistryPod {
  namespace: string;
  name: string;
  ready: boolean;
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
}

/** @throws KubernetesError */
export async function readRegistryPod(
  reader: Reader,
  namespace: string,
  name: string,
): Promise<RegistryPod | undefined> {
  const pod = await reader.read<V1Pod>({ apiVersion: "v1", kind: "Pod", namespace, name });
  if (pod === undefined) return undefined;
  const { metadata, spec, status } = pod;
  const [container] = status?.containerStatuses ?? [];
  const ready = (status?.conditions ?? []).some(
    (each) => each.type === "Ready" && each.status === "True",
  );
  const { state, lastState } = container ?? {};
  const ended = ready ? undefined : lastState?.terminated?.reason;
  const reason = state?.waiting?.reason ?? state?.terminated?.reason ?? ended;
  const version = (spec?.containers ?? []).flatMap(({ image = "" }) => versionIn(image) ?? [])[0];
  const { nodeName: node } = spec ?? {};
  const { phase } = status ?? {};
  const made = metadata?.creationTimestamp;
  return {
    namespace,
    name,
    ready,
    restarts: container?.restartCount ?? 0,
    claims: (spec?.volumes ?? []).flatMap(
      ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
    ),
    ...(phase === undefined ? {} : { phase }),
    ...(made === undefined ? {} : { madeAt: new Date(made).getTime() }),
    ...(reason === undefined ? {} : { reason }),
    ...(node === undefined ? {} : { node }),
    ...(version === undefined ? {} : { version }),
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

/** How many pods the registry's StatefulSet wants; undefined where there is none. @throws KubernetesError */
export async function readReplicas(reader: Reader, namespace: string): Promise<number | undefined> {
  const object = { apiVersion: "apps/v1", kind: "StatefulSet", namespace, name: releaseName };
  return (await reader.read<V1StatefulSet>(object))?.spec?.replicas;
}

/** The prefixes that Zot fetches from elsewhere, by the config that it runs with (`extensions.sync`). @throws KubernetesError */
export async function readUpstreamPrefixes(reader: Reader, namespace: string): Promise<string[]> {
  const object = { apiVersion: "v1", kind: "ConfigMap", namespace, name: chartNames.configMap };
  const found = await reader.read<V1ConfigMap>(object);
  const destinations = (found?.data?.["config.json"] ?? "").matchAll(
    /"destination"\s*:\s*"\/?([^"]+)"/g,
  );
  return [...destinations].flatMap(([, destination]) => destination ?? []);
}
