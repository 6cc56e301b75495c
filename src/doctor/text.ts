import { distance } from "fastest-levenshtein";
import { parseReference, type Reference } from "../images/reference";
import type { ContainerFacts, ImageFacts, RegistryFacts, Snapshot } from "./snapshot";

/** The reference, or undefined where it is none. */
export function referenceOf(image: string): Reference | undefined {
  try {
    return parseReference(image);
  } catch {
    return undefined;
  }
}

/** The names under which images are this registry's. */
export const namesOf = ({ host, aliases = [] }: Pick<RegistryFacts, "host" | "aliases">) => [
  host,
  ...aliases,
];

/** Whether an image is named by one of them. */
export const isNamedBy = (names: readonly string[], image: string): boolean =>
  names.includes(referenceOf(image)?.registry ?? "");

/** `namespace/pod (container)`. */
export const subjectOf = ({ namespace, pod, container }: ContainerFacts) =>
  `${namespace}/${pod} (${container})`;

/** Up to three names that are most like `wanted`; none that have nothing in common with it. */
export function nearestTo(wanted: string, known: readonly string[]): string[] {
  return known
    .map((name) => ({ name, far: distance(wanted, name) }))
    .filter(({ name, far }) => far <= Math.max(3, Math.max(wanted.length, name.length) / 2))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Whether a host name is what kept somebody from the registry. */
export const leadsNowhere = (message: string) => /DNS|no route/.test(message);

/** Whether the kubelet could not pull. */
export const cannotPull = ({ waiting = "" }: ContainerFacts) =>
  /^(ErrImagePull|ImagePullBackOff|InvalidImageName|RegistryUnavailable)$/.test(waiting);

/** The containers whose pull fails at this registry. */
export function failingPulls({ cluster, registry }: Snapshot): ContainerFacts[] {
  return (cluster?.containers ?? []).filter(
    (each) => cannotPull(each) && isNamedBy(namesOf(registry), each.image),
  );
}

/** Whether the kubelet's words are those of a refusal of credentials. */
export const refused = (message = "") =>
  /\b401\b|unauthorized|authorization failed|no basic auth|authentication required|\b403\b|denied/i.test(
    message,
  );

/** What the registry has of an image that a container names. */
export function factsOf(
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

/** The error text of a tool, or an empty one. */
export const errorOf = ({ errorText = "" }: Snapshot) => errorText;

export const answers = ({ registry }: Snapshot) =>
  "status" in registry.reach && (registry.reach.status === 200 || registry.reach.status === 401);
