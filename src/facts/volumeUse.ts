import { z } from "zod";
import { kubeConfigOf, kubernetesLibrary, refused } from "../cluster/kubernetes";

/** What is read of a kubelet's summary (k8s.io/kubelet/pkg/apis/stats/v1alpha1). */
const summary = z.looseObject({
  pods: z.array(
    z.looseObject({
      volume: z
        .array(
          z.looseObject({
            usedBytes: z.number().optional(),
            capacityBytes: z.number().optional(),
            pvcRef: z.looseObject({ name: z.string(), namespace: z.string() }).optional(),
          }),
        )
        .optional(),
    }),
  ),
});

/** What a volume holds and could hold. A volume that is a folder of a larger disk tells the disk's. */
export interface VolumeUse {
  usedBytes: number;
  capacityBytes?: number;
}

/**
 * What the kubelet of `node` says of a claim's volume, through the API server (`nodes/proxy`, a right that not everybody has).
 *
 * @returns undefined where it says nothing: the volume's driver does not measure, or no pod has mounted it yet
 * @throws KubernetesError
 */
export async function volumeUse(
  context: string,
  node: string,
  namespace: string,
  claim: string,
): Promise<VolumeUse | undefined> {
  const { CoreV1Api } = await kubernetesLibrary();
  const api = (await kubeConfigOf(context)).makeApiClient(CoreV1Api);
  let answer: unknown;
  try {
    answer = await api.connectGetNodeProxyWithPath({ name: node, path: "stats/summary" });
  } catch (error) {
    throw refused(`the volumes of node ${node}`, error);
  }
  const { data } = summary.safeParse(answer);
  const volume = (data?.pods ?? [])
    .flatMap((pod) => pod.volume ?? [])
    .find(({ pvcRef }) => pvcRef?.name === claim && pvcRef.namespace === namespace);
  if (volume?.usedBytes === undefined) return undefined;
  const { usedBytes, capacityBytes } = volume;
  return { usedBytes, ...(capacityBytes === undefined ? {} : { capacityBytes }) };
}
