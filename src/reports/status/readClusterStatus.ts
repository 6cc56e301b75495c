import type { ClusterExpectations } from "../../checks/expectations";
import { compare } from "semver";
import { KubernetesError, kubernetesReader, type KubernetesReader } from "../../cluster/kubernetes";
import { readClaim, readRegistryPods } from "../../facts/registryObjects";
import { volumeUse, type VolumeUse } from "../../facts/volumeUse";
import { sizeText } from "../../render/size";
import { releaseName } from "../../zot/chartValues";
import { sizeBytes, sizePattern } from "../../zot/memory";
import type { StorageUse } from "./fleetStatus";

/** What the cluster around a registry tells of it. */
export interface ClusterLook {
  storage: StorageUse;
  /** Of Zot, by the tags of the images that its pods run; `2.1.17 and 2.1.18` where they differ. */
  version?: string;
}

/** Looks at the registry's pods, and at its claim where it has one. A cluster that cannot be asked is a reason, not an exception. */
export async function readClusterStatus(
  expected: ClusterExpectations,
  readerOf: typeof kubernetesReader = kubernetesReader,
): Promise<ClusterLook> {
  try {
    return await look(expected, await readerOf(expected.context));
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    return { storage: { unknown: error.message } };
  }
}

async function look(
  { context, namespace, pod, claim, replicas }: ClusterExpectations,
  reader: KubernetesReader,
): Promise<ClusterLook> {
  const [pods, bound] = await Promise.all([
    readRegistryPods(reader, namespace, { pod }),
    claim === undefined ? undefined : readClaim(reader, namespace, claim),
  ]);
  // While an upgrade is under way both versions answer.
  const versions = [...new Set(pods.flatMap(({ version }) => version ?? []))].sort(compare);
  const running = versions.length === 0 ? {} : { version: versions.join(" and ") };
  if (bound === undefined) {
    const bucket = replicas?.bucket ?? "a bucket";
    const unknown = `the images are in ${bucket}: what they take of a bucket is not measured`;
    return { storage: { unknown }, ...running };
  }
  const { capacity, name } = bound;
  const node = pods[0]?.node;
  return {
    storage: {
      ...(capacity === undefined ? {} : { capacity }),
      ...(node === undefined
        ? { unknown: `the pod ${namespace}/${pod ?? releaseName} is on no node` }
        : await used(context, node, namespace, name, capacity)),
    },
    ...running,
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
