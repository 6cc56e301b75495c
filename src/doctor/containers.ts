import { cannotPull, type ContainerFacts } from "../facts/containers";
import { isNamedBy, referenceOf, registryNames } from "../facts/imageNames";
import type { ImageFacts, Snapshot } from "./snapshot";

/** `namespace/pod (container)`. */
export const subjectOf = ({ namespace, pod, container }: ContainerFacts) =>
  `${namespace}/${pod} (${container})`;

/** The containers whose pull fails at this registry. */
export function failingPulls({ cluster, registry }: Snapshot): ContainerFacts[] {
  return (cluster?.containers ?? []).filter(
    (each) => cannotPull(each) && isNamedBy(registryNames(registry), each.image),
  );
}

/** What the registry has of an image that a container names. */
export function imageOf(
  { registry }: Snapshot,
  { image }: Pick<ContainerFacts, "image">,
): ImageFacts | undefined {
  const named = referenceOf(image);
  if (named === undefined) return undefined;
  const reference = named.digest ?? named.tag ?? "latest";
  return registry.images.find(
    (each) => each.repository === named.repository && each.reference === reference,
  );
}
