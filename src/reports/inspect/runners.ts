import type { KubernetesReader } from "../../cluster/kubernetes";
import { readContainers, type ContainerFacts } from "../../facts/containers";
import { isOfRepository } from "../../facts/imageNames";
import type { Inspection, Runner } from "./inspection";

/**
 * The containers of a cluster whose image is this repository of this registry.
 *
 * @param names those of the registry, as images name it; any where none is known
 * @throws KubernetesError
 */
export async function findRunners(
  reader: KubernetesReader,
  names: readonly string[] | undefined,
  image: Pick<Inspection, "repository" | "digest" | "images">,
): Promise<Runner[]> {
  return runnersIn(await readContainers(reader), names, image);
}

/** The same, of containers that are known. */
export function runnersIn(
  containers: readonly ContainerFacts[],
  names: readonly string[] | undefined,
  { repository, digest, images }: Pick<Inspection, "repository" | "digest" | "images">,
): Runner[] {
  const current = new Set([digest, ...images.map((each) => each.digest)]);
  return containers
    .filter(({ image, volume }) => !volume && isOfRepository(image, repository, names))
    .map(({ namespace, pod, container, node, pulled }): Runner => ({
      namespace,
      pod,
      container,
      ...(node === undefined ? {} : { node }),
      ...(pulled === undefined ? {} : { digest: pulled }),
      current: pulled !== undefined && current.has(pulled),
    }));
}
