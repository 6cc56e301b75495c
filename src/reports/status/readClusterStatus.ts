import type { ClusterExpectations } from "../../checks/expectations";
import { KubernetesError, kubernetesReader } from "../../cluster/kubernetes";
import { readClaim, readRegistryPod } from "../../facts/registryObjects";
import { volumeUse, type VolumeUse } from "../../facts/volumeUse";
import { sizeText } from "../../render/size";
import { sizeBytes, sizePattern } from "../../zot/memory";
import type { StorageUse } from "./fleetStatus";

/** What the cluster around a registry tells of it. */
export interface ClusterLook {
  storage: StorageUse;
  /** Of Zot, by the tag of the image that its pod runs. */
  version?: string;
}

/** Looks at the registry's claim and pod. A cluster that cannot be asked is a reason, not an exception. */
export async function readClusterStatus(expected: ClusterExpectations): Promise<ClusterLook> {
  try {
    return await look(expected);
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    return { storage: { unknown: error.message } };
  }
}

async function look({ context, namespace, pod, claim }: ClusterExpectations): Promise<ClusterLook> {
  const reader = await kubernetesReader(context);
  const [running, bound] = await Promise.all([
    readRegistryPod(reader, namespace, pod),
    readClaim(reader, namespace, claim),
  ]);
  const { capacity } = bound;
  const { version, node } = running ?? {};
  return {
    storage: {
      ...(capacity === undefined ? {} : { capacity }),
      ...(node === undefined
        ? { unknown: `the pod ${namespace}/${pod} is on no node` }
        : await used(context, node, namespace, claim, capacity)),
    },
    ...(version === undefined ? {} : { version }),
  };
}

async function used(
  context: string,
  node: string,
  namespace: string,
  claim: string,
  capacity: string | undefined,
): Promise<StorageUse> {
  try {
    const found = await volumeUse(context, node, namespace, claim);
    return claimUse(found, claim, capacity);
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    return { unknown: error.message };
  }
}

/**
 * What the kubelet's words say of a claim. A volume that is a folder of a larger disk (a local path) is measured as that disk,
 * with all that others keep there: then its capacity is not the claim's.
 */
export function claimUse(
  found: VolumeUse | undefined,
  claim: string,
  capacity: string | undefined,
): StorageUse {
  if (found === undefined) return { unknown: `the kubelet does not measure ${claim}` };
  const { usedBytes, capacityBytes } = found;
  const size = capacity === undefined ? undefined : bytesIn(capacity);
  if (capacityBytes !== undefined && size !== undefined && capacityBytes > size * 1.1)
    return {
      unknown: `${claim} is a folder of a larger disk, and the kubelet measures that disk alone (${sizeText(usedBytes)} of ${sizeText(capacityBytes)})`,
    };
  return { usedBytes, toldBy: "kubelet" };
}

/** A cluster may write a size in more ways than a stack file: what is not known is not compared. */
function bytesIn(size: string): number | undefined {
  return sizePattern.test(size) ? sizeBytes(size) : undefined;
}

/** What is known of the storage, or why its use is not. */
export function storageUse(declared: string | undefined, seen: StorageUse | undefined): StorageUse {
  const { unknown, ...known } = seen ?? {};
  const size = declared === undefined ? {} : { declared };
  if (known.usedBytes !== undefined) return { ...size, ...known };
  const why = seen === undefined ? "it was not looked at" : "neither a cluster nor metrics tell";
  return { ...size, ...known, unknown: unknown ?? why };
}
