import type { RegistryClient } from "../registry/client";
import type { ArchiveFile } from "../images/archives/archiveFile";
import {
  imageTag,
  findImage,
  findChild,
  targetOf,
  type FoundChild,
  type FoundImage,
  type HeldManifest,
  type ImageToSeed,
  type Target,
} from "./findImage";
import { lockedArchive } from "./lockedArchive";
import { refuseForeign, type OnMoved, type SeededImage } from "./movedTags";
import type { LockedPush } from "./layouts/compressOnce";
import { leftStaging, removeStaging, stagingTag, withStaging } from "./staging";

export interface SeedImageOptions {
  client: RegistryClient;
  image: ImageToSeed;
  onMoved: OnMoved;
  /** Digests that an earlier seeding of this image left under its tags: replacing these is not a surprise. */
  previous?: readonly string[];
  /** Pushes one archive under one tag and returns the digest that landed; `name` is how people call it. */
  push: (
    options: Pick<LockedPush, "archive" | "repository" | "tag" | "wanted">,
    name: string,
  ) => Promise<string>;
  /** Finds an archive that the lock names by a relative path. */
  resolveArchive: (archive: string) => string;
  onProgress?: (message: string) => void;
}

/**
 * Brings `image` under all its tags and returns what is there. Looks first: what is there is not pushed again. Every
 * archive that has to be pushed is checked against the lock before the first byte goes out, and goes to a tag that nobody
 * pulls by; the tags move when all that landed is the locked image. A push that fails leaves them as they were.
 */
export async function seedImage(options: SeedImageOptions): Promise<SeededImage> {
  const { client, image, onProgress } = options;
  const found = await findImage(client, image);
  refuseMoved(options, found);
  const missing = found.children.filter((child) => child.manifest === undefined);
  const seeded = await withStaging(client, image.repository, image.platforms, async () => {
    const landed = await bring(options, missing);
    const children = found.children.map((child) => ({ ...child, ...landed.get(child) }));
    const target = targetOf(children);
    if (target === undefined) throw new Error(`${image.repository} has no platform to seed`);
    // The platforms' own tags first: an index must not name what no tag holds.
    const moves = new Map<string, Target>(
      children.flatMap(({ tag, digest, manifest }) =>
        manifest === undefined || manifest.digest === digest ? [] : [[tag, manifest] as const],
      ),
    );
    for (const { tag, digest } of found.tags) if (digest !== target.digest) moves.set(tag, target);
    for (const [tag, { bytes, mediaType }] of moves) {
      onProgress?.(`tagging ${imageTag(image, tag)}`);
      await client.putManifest(image.repository, tag, bytes, mediaType);
    }
    return {
      digest: target.digest,
      children: children.flatMap(({ wanted: { platform }, manifest }) =>
        manifest === undefined ? [] : [{ platform, digest: manifest.digest }],
      ),
      action: moves.size > 0 ? ("pushed" as const) : ("present" as const),
    };
  });
  if (missing.length > 0) {
    const left = await leftStaging(client, image.repository);
    await removeStaging(client, image.repository, left);
  }
  return seeded;
}

/** The manifests of `missing`, each at the registry and compared with the lock; under no tag that counts. */
async function bring(
  { client, image, push, resolveArchive, onProgress }: SeedImageOptions,
  missing: readonly FoundChild[],
): Promise<Map<FoundChild, { manifest: HeldManifest }>> {
  const { repository } = image;
  const landed = new Map<FoundChild, { manifest: HeldManifest }>();
  for (const child of missing) {
    // What a killed run pushed needs no archive.
    const staged = stagingTag(child.wanted);
    const { manifest } = await findChild(client, repository, staged, child.wanted);
    if (manifest !== undefined) landed.set(child, { manifest });
  }
  const absent = missing.filter((child) => !landed.has(child));
  const archives = await openAll(absent, resolveArchive);
  try {
    for (const [child, archive] of archives) {
      const { wanted } = child;
      const name = `${repository}:${child.tag} (${wanted.platform})`;
      onProgress?.(`pushing ${name}`);
      const digest = await push({ archive, repository, tag: stagingTag(wanted), wanted }, name);
      const { manifest } = await findChild(client, repository, digest, wanted);
      if (manifest === undefined || (await archive.isChanged())) throw notLocked(archive, image);
      landed.set(child, { manifest });
    }
  } finally {
    await Promise.all([...archives.values()].map((archive) => archive.close()));
  }
  return landed;
}

/** The archives of `children`, checked; all of them, or none stays open. */
async function openAll(
  children: readonly FoundChild[],
  resolveArchive: SeedImageOptions["resolveArchive"],
): Promise<Map<FoundChild, ArchiveFile>> {
  const opened = new Map<FoundChild, ArchiveFile>();
  try {
    for (const child of children)
      opened.set(child, await lockedArchive(child.wanted, resolveArchive(child.wanted.archive)));
    return opened;
  } catch (error) {
    await Promise.all([...opened.values()].map((archive) => archive.close()));
    throw error;
  }
}

function notLocked({ path }: ArchiveFile, { repository }: ImageToSeed): Error {
  return new Error(
    `${path} was changed while it was pushed, or skopeo finds another image in it than the lock has: no tag of ${repository} was moved. ` +
      `Write the archive to another name and move it into place when it is whole, then run this again.`,
  );
}

function refuseMoved({ image, onMoved, previous = [] }: SeedImageOptions, found: FoundImage): void {
  if (onMoved === "restore") return;
  const ours = new Set([...previous, ...(found.target ? [found.target.digest] : [])]);
  const children = found.children.filter((child) => child.manifest === undefined);
  refuseForeign(image, [...found.tags, ...children], ours);
}
