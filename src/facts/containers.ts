import type {
  CoreV1Event,
  V1Container,
  V1ContainerStatus,
  V1Deployment,
  V1Node,
  V1Pod,
} from "@kubernetes/client-node";
import type { KubernetesReader } from "../cluster/kubernetes";
import type { Workload } from "./workload";

/** A container that a pod wants to run. */
export interface ContainerFacts {
  namespace: string;
  pod: string;
  container: string;
  image: string;
  /** As `os/architecture` of the pod's node; undefined while it has none. */
  platform?: string;
  /** The node that its pod is on; undefined while it is on none. */
  node?: string;
  /** The digest that it was last started from; undefined where it was not pulled yet, and where nothing tells. */
  pulled?: string;
  /** The same, while it runs. */
  running?: string;
  /** Whether the runtime knows its image by an ID alone, as one that was imported: which digest that is nothing tells. */
  imported?: true;
  pullPolicy: string;
  /** Why it waits or how it failed, in the kubelet's word: `ImagePullBackOff`, `CrashLoopBackOff`, `Error`. */
  waiting?: string;
  /** The kubelet's words about the pull: from the state or the newest event. */
  message?: string;
  /** Names of the pull secrets that the pod has, its service account's among them. */
  pullSecrets: string[];
  serviceAccount: string;
  /** What makes its pods, as kubectl names it: `deployment/web`; `pod/web` of one that nothing makes again. */
  workload: string;
  /** Whether this is an image that is mounted as a volume: what is in it, and whether it is current, nothing tells. */
  volume?: true;
}

/** Whether the kubelet could not pull. */
export const cannotPull = ({ waiting = "" }: ContainerFacts) =>
  /^(ErrImagePull|ImagePullBackOff|InvalidImageName|RegistryUnavailable)$/.test(waiting);

/**
 * The containers of all pods of the cluster, with the platforms of their nodes where they are wanted: not everybody may list
 * nodes. @throws KubernetesError
 */
export async function readContainers(
  reader: Pick<KubernetesReader, "list">,
  { platforms = false } = {},
): Promise<ContainerFacts[]> {
  const [pods, nodes] = await Promise.all([
    reader.list<V1Pod>({ apiVersion: "v1", kind: "Pod" }),
    platforms ? reader.list<V1Node>({ apiVersion: "v1", kind: "Node" }) : [],
  ]);
  return containersOf(pods, nodes);
}

/** The containers of a workload's pods; undefined where there is no such workload. @throws KubernetesError */
export async function readWorkload(
  reader: KubernetesReader,
  { namespace, kind, name }: Workload,
): Promise<ContainerFacts[] | undefined> {
  // A StatefulSet and a DaemonSet have the same fields here.
  const found = await reader.read<V1Deployment>({ apiVersion: "apps/v1", kind, namespace, name });
  if (found === undefined) return undefined;
  const labels = found.spec?.selector.matchLabels ?? {};
  return containersOf(
    await reader.list<V1Pod>({ apiVersion: "v1", kind: "Pod", namespace }, labels),
    [],
  );
}

/**
 * The kubelet's latest words about each pull of each pod, by `namespace/pod image`; "Back-off" says nothing and hides what
 * was said before. @throws KubernetesError
 */
export async function readPullMessages(
  reader: Pick<KubernetesReader, "list">,
  namespace: string,
): Promise<Map<string, string>> {
  const events = await reader.list<CoreV1Event>({ apiVersion: "v1", kind: "Event", namespace });
  const pulls = events
    .filter(({ reason, message = "" }) => reason === "Failed" && /pull/i.test(message))
    .sort((a, b) => timeOf(a) - timeOf(b));
  return new Map(
    pulls.map(({ involvedObject: { namespace: place = "", name = "" }, message = "" }) => [
      `${place}/${name} ${/image "([^"]+)"/.exec(message)?.[1] ?? ""}`,
      message,
    ]),
  );
}

const timeOf = ({ lastTimestamp, eventTime, metadata }: CoreV1Event) =>
  new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();

/** The containers of pods, and their image volumes. What ended, or is being taken away, runs nothing any more: it is left out. */
export function containersOf(pods: readonly V1Pod[], nodes: readonly V1Node[]): ContainerFacts[] {
  const platforms = new Map(
    nodes.map(({ metadata, status }) => {
      const { operatingSystem = "linux", architecture = "" } = status?.nodeInfo ?? {};
      return [metadata?.name ?? "", architecture && `${operatingSystem}/${architecture}`];
    }),
  );
  return pods
    .filter(
      ({ status, metadata }) =>
        status?.phase !== "Succeeded" && metadata?.deletionTimestamp === undefined,
    )
    .flatMap((pod) => {
      const platform = platforms.get(pod.spec?.nodeName ?? "");
      const whole = { ...ofPod(pod), ...(platform ? { platform } : {}) };
      const { containers = [], initContainers = [] } = pod.spec ?? {};
      return withVolumes(
        [...initContainers, ...containers].map((each) => ({ ...whole, ...ofContainer(pod, each) })),
        volumesOf(pod).map((each) => ({ ...whole, ...each })),
      );
    });
}

const ofPod = ({ metadata, spec }: V1Pod) => ({
  namespace: metadata?.namespace ?? "",
  pod: metadata?.name ?? "",
  pullSecrets: (spec?.imagePullSecrets ?? []).flatMap((secret) => secret.name ?? []),
  serviceAccount: spec?.serviceAccountName ?? "default",
  workload: workloadOf(metadata),
  ...(spec?.nodeName === undefined ? {} : { node: spec.nodeName }),
});

/** What makes the pod, as kubectl names it; a Deployment is known by its ReplicaSet's name. */
function workloadOf(metadata: V1Pod["metadata"]): string {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller);
  const hash = metadata?.labels?.["pod-template-hash"];
  if (owner?.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`))
    return `deployment/${owner.name.slice(0, -hash.length - 1)}`;
  return owner !== undefined && ["StatefulSet", "DaemonSet"].includes(owner.kind)
    ? `${owner.kind.toLowerCase()}/${owner.name}`
    : `pod/${metadata?.name ?? ""}`;
}

function ofContainer({ status }: V1Pod, { name, image = "", imagePullPolicy }: V1Container) {
  const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return {
    container: name,
    image,
    pullPolicy: imagePullPolicy ?? "IfNotPresent",
    ...stateOf(states.find((each) => each.name === name)),
  };
}

const volumesOf = ({ spec }: V1Pod) =>
  (spec?.volumes ?? []).flatMap(({ name, image }) =>
    image?.reference === undefined
      ? []
      : {
          container: `volume ${name}`,
          image: image.reference,
          pullPolicy: image.pullPolicy ?? "IfNotPresent",
          volume: true as const,
        },
  );

/** The kubelet tells of a volume's image in the state of the container that waits for it. */
function withVolumes(
  containers: readonly ContainerFacts[],
  volumes: readonly ContainerFacts[],
): ContainerFacts[] {
  const names = ({ message = "" }: ContainerFacts, { image }: ContainerFacts) =>
    message.includes(`"${image}"`);
  const blamed = volumes.map((volume) => {
    const waiting = containers.find(
      (each) => cannotPull(each) && names(each, volume) && !names(each, each),
    );
    const { waiting: reason, message } = waiting ?? {};
    return reason === undefined || message === undefined
      ? volume
      : { ...volume, waiting: reason, message };
  });
  const others = containers.map((each) => {
    if (!cannotPull(each) || names(each, each)) return each;
    if (!volumes.some((volume) => names(each, volume))) return each;
    const { waiting: _, message: __, ...rest } = each;
    return rest;
  });
  return [...others, ...blamed];
}

function stateOf(
  status: V1ContainerStatus | undefined,
): Pick<ContainerFacts, "pulled" | "running" | "imported" | "waiting" | "message"> {
  const waiting = status?.state?.waiting;
  const ended = status?.state?.terminated;
  const reason = waiting?.reason ?? (ended?.exitCode ? ended.reason : undefined);
  const imageId = status?.imageID ?? "";
  // Without a repository before it, it is no manifest's digest, but the config's: the image's ID (containerd, container_status.go).
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(imageId)?.[1];
  return {
    ...(digest === undefined ? {} : { pulled: digest }),
    ...(digest === undefined || status?.state?.running === undefined ? {} : { running: digest }),
    ...(digest !== undefined || imageId === "" ? {} : { imported: true as const }),
    ...(reason === undefined ? {} : { waiting: reason }),
    ...(waiting?.message === undefined ? {} : { message: waiting.message }),
  };
}
