import { parseReference, type Reference } from "../images/reference";

/** The reference, or undefined where it is none. */
export function referenceOf(image: string): Reference | undefined {
  try {
    return parseReference(image);
  } catch {
    return undefined;
  }
}

/** The names under which images are a registry's. */
export const registryNames = ({
  host,
  aliases = [],
}: {
  host: string;
  aliases?: readonly string[];
}) => [host, ...aliases];

/** Whether an image is of the registry with these names. */
export const isNamedBy = (names: readonly string[], image: string): boolean =>
  names.includes(referenceOf(image)?.registry ?? "");

/** Whether an image is of this repository, of the registry with these names; of any registry where none are known. */
export function isOfRepository(
  image: string,
  repository: string,
  names: readonly string[] | undefined,
): boolean {
  const named = referenceOf(image);
  return (
    named?.repository === repository &&
    (names === undefined || names.includes(named.registry ?? ""))
  );
}
