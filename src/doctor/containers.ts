import type { V1Container, V1ContainerStatus, V1Node, V1Pod } from "@kubernetes/client-node";
import type { ContainerFacts } from "./snapshot";
import { cannotPull } from "./text";

/** The containers of pods, and their image volumes, as far as images are concerned. Pods that ended are left out. */
export function containersOf(pods: readonly V1Pod[], nodes: readonly V1Node[]): ContainerFacts[] {
  const platforms = new Map(
    nodes.map(({ metadata, status }) => {
      const { operatingSystem = "linux", architecture = "" } = status?.nodeInfo ?? {};
      return [metadata?.name ?? "", architecture && `${operatingSystem}/${architecture}`];
    }),
  );
  return pods
    .filter(({ status }) => status?.phase !== "Succeeded")
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
): Pick<ContainerFacts, "running" | "waiting" | "message"> {
  const waiting = status?.state?.waiting;
  const ended = status?.state?.terminated;
  const reason = waiting?.reason ?? (ended?.exitCode ? ended.reason : undefined);
  const running = /sha256:[0-9a-f]{64}$/.exec(status?.imageID ?? "")?.[0];
  return {
    ...(running === undefined || status?.state?.running === undefined ? {} : { running }),
    ...(reason === undefined ? {} : { waiting: reason }),
    ...(waiting?.message === undefined ? {} : { message: waiting.message }),
  };
}
