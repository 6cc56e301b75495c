import type { RegistryClient } from "./client";
import { imageTag, lookAt, type FoundImage, type ImageToSeed } from "./lookAtImage";
import { lockedArchive } from "./lockedArchive";
import type { PushOptions } from "./skopeo";

/** What a tag may do that somebody moved at the registry: be put back, or be told. */
export type OnMoved = "restore" | "tell";

export interface SeedImageOptions {
  client: RegistryClient;
  image: ImageToSeed;
  onMoved: OnMoved;
  /** Digests that an earlier seeding of this image left under its tags: replacing these is not a surprise. */
  previous?: readonly string[];
  /** Pushes one archive under one tag and returns the digest that landed. */
  push: (options: Pick<PushOptions, "archive" | "repository" | "tag">) => Promise<string>;
  /** Finds an archive that the lock names by a relative path. */
  resolveArchive: (archive: string) => string;
  onProgress?: (message: string) => void;
}

export interface SeededImage {
  /** The digest behind every tag: of the manifest, or of the index where there are several platforms. */
  digest: string;
  children: { platform: string; digest: string }[];
  action: "pushed" | "present";
}

/** A tag holds an image that is not ours to replace. */
class MovedTagError extends Error {
  override readonly name = "MovedTagError";
}

/**
 * Brings `image` under all its tags and returns what is there. Looks first: what is there is not pushed again. Every
 * archive that has to be pushed is checked against the lock before the first byte goes out; the tags move last, so a
 * push that is cut off leaves no half image under them.
 */
export async function seedImage(options: SeedImageOptions): Promise<SeededImage> {
  const { client, image, onProgress } = options;
  let found = await lookAt(client, image);
  refuseMoved(options, found);
  const missing = found.children.filter((child) => child.found === undefined);
  const archives = await Promise.all(
    missing.map((child) =>
      lockedArchive(child.wanted, options.resolveArchive(child.wanted.archive)),
    ),
  );
  for (const [position, child] of missing.entries()) {
    const archive = archives[position];
    if (archive === undefined) continue;
    onProgress?.(`pushing ${image.repository}:${child.tag} (${child.wanted.platform})`);
    await options.push({ archive, repository: image.repository, tag: child.tag });
  }
  if (missing.length > 0) found = await lookAt(client, image);
  const { target } = found;
  if (target === undefined) throw new Error(notLanded(image, found));
  const stale = found.tags.filter(({ digest }) => digest !== target.digest);
  for (const { tag } of stale) {
    onProgress?.(`tagging ${image.repository}:${tag}`);
    await client.putManifest(image.repository, tag, target.bytes, target.mediaType);
  }
  return {
    digest: target.digest,
    children: found.children.flatMap(({ wanted, found: child }) =>
      child === undefined ? [] : [{ platform: wanted.platform, digest: child.digest }],
    ),
    action: missing.length + stale.length > 0 ? "pushed" : "present",
  };
}

function refuseMoved({ image, onMoved, previous = [] }: SeedImageOptions, found: FoundImage): void {
  if (onMoved === "restore") return;
  const ours = new Set([...previous, ...(found.target ? [found.target.digest] : [])]);
  const foreign = [
    ...found.tags,
    ...found.children.filter((child) => child.found === undefined),
  ].filter(({ digest }) => digest !== undefined && !ours.has(digest));
  if (foreign.length === 0) return;
  const list = [...new Map(foreign.map(({ tag, digest }) => [tag, digest ?? ""]))]
    .map(([tag, digest]) => `${imageTag(image, tag)} is at ${digest}`)
    .join(", ");
  throw new MovedTagError(
    `${list}, which this stack did not put there, and the seed says onMoved: tell. ` +
      `Set onMoved: restore to replace it, or seed another tag.`,
  );
}

function notLanded(image: ImageToSeed, found: FoundImage): string {
  const absent = found.children
    .filter((child) => child.found === undefined)
    .map((child) => imageTag(image, child.tag));
  return `${absent.join(", ")} was pushed, but the registry does not hold the locked image under it: was it moved at the same time?`;
}
