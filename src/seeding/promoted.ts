import type { RegistryAddress } from "../registry/client";
import {
  promoteCommand,
  releaseOf,
  releasesFile,
  type Release,
  type ReleaseLock,
} from "./releases";
import { keyWords, shortFingerprint } from "./releaseWords";
import type { SigningKey } from "./signingKey";

/** A registry that images are promoted from, as a stack file describes it. */
export interface Source {
  name: string;
  address: RegistryAddress;
  /** What stands before the image's name there, without a slash at its end. @default nothing */
  prefix?: string;
}

/** What a promoted image is, and where it is read where it is not here yet. */
export interface Promoted extends Omit<Release, "signedBy"> {
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
  /** The key by which it has to be signed. Absent where its source asks for none. */
  signedBy?: SigningKey;
}

/** The repository that has an image at a source. */
export const repositoryAt = ({ prefix }: { prefix?: string | undefined }, image: string): string =>
  prefix === undefined ? image : `${prefix}/${image}`;

/**
 * What the lock says of a seed that is promoted: an image for each digest that its tags name, or a text that says what the lock
 * lacks and which command adds it. Pure: asks no registry.
 *
 * @param signedBy the key by which what comes from the source has to be signed. @default none: what the lock knows of one is left out
 */
export function promotedImages(
  lock: ReleaseLock,
  { image, tags }: { image: string; tags: readonly string[] },
  source: Source,
  signedBy?: SigningKey,
): { images: PromotedImage[] } | { problem: string } {
  const found = tags.map((tag) => ({ tag, release: releaseOf(lock, source.name, image, tag) }));
  const unknown = found.flatMap(({ tag, release }) => (release === undefined ? [tag] : []));
  if (unknown.length > 0)
    return {
      problem: `${image}: ${unknown.join(", ")} of ${source.name} ${unknown.length === 1 ? "is" : "are"} not locked. Lock with "${promoteCommand(image, unknown, source.name)}" and have ${releasesFile} reviewed.`,
    };
  const problem = signedBy && notSignedBy(signedBy, image, source, found);
  if (problem !== undefined) return { problem };
  const images = new Map<string, PromotedImage>();
  for (const { tag, release: locked } of found) {
    if (locked === undefined) continue;
    const { signedBy: _, ...release } = locked;
    const known = images.get(release.digest);
    if (known !== undefined) {
      known.tags.push(tag);
      continue;
    }
    const { name, address } = source;
    const repository = repositoryAt(source, image);
    const promoted = { source: name, address, repository, ...release };
    images.set(release.digest, {
      repository: image,
      tags: [tag],
      promoted,
      ...(signedBy === undefined ? {} : { signedBy }),
    });
  }
  return { images: [...images.values()] };
}

/** Which tags are not locked as signed by the key of the stack file; undefined where all are. */
function notSignedBy(
  key: SigningKey,
  image: string,
  { name }: Source,
  found: readonly { tag: string; release: Release | undefined }[],
): string | undefined {
  const others = found.filter(({ release }) => release?.signedBy !== key.fingerprint);
  if (others.length === 0) return undefined;
  const list = others.map(({ tag, release }) =>
    release?.signedBy === undefined
      ? `${tag} is locked without a signature that was verified`
      : `${tag} is locked as signed by ${shortFingerprint(release.signedBy)}`,
  );
  const tags = others.map(({ tag }) => tag);
  return `${image}: ${name} has to be signed by ${keyWords(key)}, and ${list.join(", ")}. Verify with "${promoteCommand(image, tags, name)}" and have ${releasesFile} reviewed.`;
}
