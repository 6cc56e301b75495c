import type { V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import type { ClusterExpectations } from "../checks/cluster/expectations";
import { KubernetesError, kubernetesReader } from "../cluster/kubernetes";
import { volumeUse } from "../cluster/volumeUse";
import type { StorageUse } from "./fleetStatus";

/** What the cluster around a registry tells of it. */
export interface ClusterLook {
  storage: StorageUse;
  /** Of Zot, by the tag of the image that its pod runs. */
  version?: string;
}

/** Looks at the registry's claim and pod. A cluster that cannot be asked is a reason, not an exception. */
export async function lookAtCluster(expected: ClusterExpectations): Promise<ClusterLook> {
  try {
    return await look(expected);
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    return { storage: { unknown: error.message } };
  }
}

async function look({ context, namespace, pod, claim }: ClusterExpectations): Promise<ClusterLook> {
  const reader = await kubernetesReader(context);
  const core = { apiVersion: "v1", namespace };
  const [running, bound] = await Promise.all([
    reader.read<V1Pod>({ ...core, kind: "Pod", name: pod }),
    reader.read<V1PersistentVolumeClaim>({ ...core, kind: "PersistentVolumeClaim", name: claim }),
  ]);
  const capacity = bound?.status?.capacity?.["storage"];
  const version = versionOf(running);
  const node = running?.spec?.nodeName;
  return {
    storage: {
      ...(capacity === undefined ? {} : { capacity }),
      ...(node === undefined
        ? { unknown: `the pod ${namespace}/${pod} is on no node` }
        : await used(context, node, namespace, claim)),
    },
    ...(version === undefined ? {} : { version }),
  };
}

async function used(
  context: string,
  node: string,
  namespace: string,
  claim: string,
): Promise<StorageUse> {
  try {
    const found = await volumeUse(context, node, namespace, claim);
    return found === undefined
      ? { unknown: `the kubelet does not measure ${claim}` }
      : { usedBytes: found.usedBytes, toldBy: "kubelet" };
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    return { unknown: error.message };
  }
}

/** `ghcr.io/project-zot/zot:v2.1.18` runs 2.1.18. */
function versionOf(pod: V1Pod | undefined): string | undefined {
  const images = (pod?.spec?.containers ?? []).map(({ image = "" }) => image);
  return images.flatMap((image) => /:v(\d+\.\d+\.\d+)(?:@|$)/.exec(image)?.[1] ?? [])[0];
}
