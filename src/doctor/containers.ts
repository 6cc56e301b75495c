import type { V1ContainerStatus, V1Node, V1Pod } from "@kubernetes/client-node";
import type { ContainerFacts } from "./snapshot";

/** What the kubelet said last about a pod's pulls, by `namespace/pod`. */
export type PullMessages = ReadonlyMap<string, string>;

/** The containers of pods, as far as their images are concerned. Pods that ended are left out. */
export function containersOf(
  pods: readonly V1Pod[],
  nodes: readonly V1Node[],
  messages: PullMessages = new Map(),
): ContainerFacts[] {
  const platforms = new Map(
    nodes.map(({ metadata, status }) => {
      const { operatingSystem = "linux", architecture = "" } = status?.nodeInfo ?? {};
      return [metadata?.name ?? "", architecture && `${operatingSystem}/${architecture}`];
    }),
  );
  return pods
    .filter(({ status }) => status?.phase !== "Succeeded")
    .flatMap((pod) => {
      const { metadata, spec, status } = pod;
      const [namespace = "", name = ""] = [metadata?.namespace, metadata?.name];
      const platform = platforms.get(spec?.nodeName ?? "");
      const states = [
        ...(status?.initContainerStatuses ?? []),
        ...(status?.containerStatuses ?? []),
      ];
      return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(
        (container): ContainerFacts => ({
          namespace,
          pod: name,
          container: container.name,
          image: container.image ?? "",
          pullPolicy: container.imagePullPolicy ?? "IfNotPresent",
          pullSecrets: (spec?.imagePullSecrets ?? []).flatMap((secret) => secret.name ?? []),
          serviceAccount: spec?.serviceAccountName ?? "default",
          ...(platform ? { platform } : {}),
          ...stateOf(
            states.find((each) => each.name === container.name),
            messages.get(`${namespace}/${name}`),
          ),
        }),
      );
    });
}

function stateOf(
  status: V1ContainerStatus | undefined,
  event: string | undefined,
): Pick<ContainerFacts, "running" | "waiting" | "message"> {
  const { waiting, terminated } = status?.state ?? {};
  const reason = waiting?.reason ?? (terminated?.exitCode ? terminated.reason : undefined);
  const message = [waiting?.message, event].filter((each) => each !== undefined).join("; ");
  const running = /sha256:[0-9a-f]{64}$/.exec(status?.imageID ?? "")?.[0];
  return {
    ...(running === undefined || status?.state?.running === undefined ? {} : { running }),
    ...(reason === undefined ? {} : { waiting: reason }),
    ...(message === "" ? {} : { message }),
  };
}
