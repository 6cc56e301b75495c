import { isDigest } from "../images/reference";
import type { ImageFacts, Snapshot } from "./snapshot";
import { answers, errorOf, factsOf, subjectOf } from "./text";

/** What of an image is not there, the first that applies. */
type Absence = "upstream" | "repository" | "digest" | "tag";

/** The images that somebody asks for and the registry lacks, each with who asks; none where the registry was not read. */
export function absentImages(
  snapshot: Snapshot,
  absence: Absence,
): { subject: string; image: ImageFacts }[] {
  // A push makes what is not there.
  if (!answers(snapshot) || errorOf(snapshot) !== "") return [];
  const { registry, cluster } = snapshot;
  return registry.images
    .filter((image) => absenceOf(snapshot, image) === absence)
    .flatMap((image) => {
      const asking = (cluster?.containers ?? []).find((each) => factsOf(snapshot, each) === image);
      // A seed that nobody asks for is a cause of its own.
      if (asking === undefined && image.seeded === true) return [];
      const separator = isDigest(image.reference) ? "@" : ":";
      const name = `${image.repository}${separator}${image.reference}`;
      return [{ subject: asking === undefined ? name : subjectOf(asking), image }];
    });
}

function absenceOf({ registry }: Snapshot, image: ImageFacts): Absence | undefined {
  const { repository, reference, digest, tags } = image;
  if (digest !== undefined) return undefined;
  const prefixes = registry.upstreamPrefixes ?? [];
  if (prefixes.some((prefix) => repository.startsWith(`${prefix}/`))) return "upstream";
  if (tags === undefined) return "repository";
  return isDigest(reference) ? "digest" : "tag";
}
