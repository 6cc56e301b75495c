import type { RegistryAddress } from "../registry/client";
import {
  promoteCommand,
  releaseOf,
  releasesFile,
  type Release,
  type ReleaseLock,
} from "./releases";

/** A registry that images are promoted from, as a stack file describes it. */
export interface Source {
  name: string;
  address: RegistryAddress;
  /** What stands before the image's name there, without a slash at its end. @default nothing */
  prefix?: string;
}

/** What a promoted image is, and where it is read where it is not here yet. */
export interface Promoted extends Release {
  /** The source's name. */
  source: string;
  address: RegistryAddress;
  /** The repository there. */
  repository: string;
}

/** One promoted image under all the tags that name it. */
export interface PromotedImage {
  repository: string;
  tags: string[];
  promoted: Promoted;
}

/** The repository that has an image at a source. */
export const repositoryAt = ({ prefix }: { prefix?: string | undefined }, image: string): string =>
  prefix === undefined ? image : `${prefix}/${image}`;

/**
 * What the lock says of a seed that is promoted: an image for each digest that its tags name, or a text that says what the lock
 * lacks and which command adds it. Pure: asks no registry.
 */
export function promotedImages(
  lock: ReleaseLock,
  { image, tags }: { image: string; tags: readonly string[] },
  source: Source,
): { images: PromotedImage[] } | { problem: string } {
  const found = tags.map((tag) => ({ tag, release: releaseOf(lock, source.name, image, tag) }));
  const unknown = found.flatMap(({ tag, release }) => (release === undefined ? [tag] : []));
  if (unknown.length > 0)
    return {
      problem: `${image}: ${unknown.join(", ")} of ${source.name} ${unknown.length === 1 ? "is" : "are"} not locked. Lock with "${promoteCommand(image, unknown, source.name)}" and have ${releasesFile} reviewed.`,
    };
  const images = new Map<string, PromotedImage>();
  for (const { tag, release } of found) {
    if (release === undefined) continue;
    const known = images.get(release.digest);
    if (known !== undefined) {
      known.tags.push(tag);
      continue;
    }
    const { name, address } = source;
    const repository = repositoryAt(source, image);
    const promoted = { source: name, address, repository, ...release };
    images.set(release.digest, { repository: image, tags: [tag], promoted });
  }
  return { images: [...images.values()] };
}
