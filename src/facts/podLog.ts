import { kubeConfigOf, kubernetesLibrary } from "../cluster/kubernetes";

/** The last lines of a pod's log; empty where it has none, or where it may not be read. Not to be printed whole. */
export async function podLog(
  context: string,
  namespace: string,
  name: string,
  lines = 2000,
): Promise<string> {
  const { CoreV1Api } = await kubernetesLibrary();
  const api = (await kubeConfigOf(context)).makeApiClient(CoreV1Api);
  try {
    return await api.readNamespacedPodLog({ namespace, name, tailLines: lines });
  } catch {
    return "";
  }
}
