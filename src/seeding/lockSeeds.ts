import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { readArchive } from "../images/archives/archive";
import { canonicalConfigDigest } from "../images/imageConfig";
import type { LockedArchive, SeedLock } from "./lock";
import type { SeedRequest } from "./lockedSeed";
import { formatPlatform, parsePlatform, samePlatform, type Platform } from "../images/platform";

/** Seeds could not be locked. The message has every problem. */
export class LockError extends Error {
  override readonly name = "LockError";

  constructor(readonly problems: readonly string[]) {
    super(`The seeds cannot be locked:\n${problems.map((each) => `- ${each}`).join("\n")}`);
  }
}

export interface LockSeedsOptions {
  /**
   * The lock as it was. An archive that is not on this machine keeps what is locked of it, where that covers its
   * platform and tags. Default: every archive must be there.
   */
  previous?: SeedLock;
  /** Seeds whose archives are not looked at: what is locked of them stays, and what is not is left out. Default: none. */
  others?: readonly SeedRequest[];
  /** Called with each archive that keeps what was locked of it, because it is not here or was not to be looked at. */
  onKept?: (image: string, archive: string) => void;
  /** Called with each archive that is read now. */
  onRead?: (path: string) => void;
}

/**
 * Reads the archives of `seeds` and makes the lock. It is made anew, so what neither they nor `others` name any more is not
 * in it. Relative paths start at `baseDir`. Throws `LockError` with all problems: archives that are missing or none, and
 * images for another platform than the stack promises.
 */
export async function lockSeeds(
  seeds: readonly SeedRequest[],
  baseDir: string,
  { previous, others = [], onKept, onRead }: LockSeedsOptions = {},
): Promise<SeedLock> {
  const read = once((path) => {
    onRead?.(path);
    return readImage(path);
  });
  const lock = new Map<string, Map<string, LockedArchive>>();
  const before = mapOf(previous?.seeds);
  const problems = new Set<string>();
  const known = (image: string, archive: string) => mapOf(before.get(image)).get(archive);
  const add = (
    image: string,
    archive: string,
    entry: Omit<LockedArchive, "tags">,
    tags: readonly string[],
  ) => {
    const locked = lock.get(image) ?? new Map<string, LockedArchive>();
    const all = [...(locked.get(archive)?.tags ?? []), ...tags];
    lock.set(image, locked.set(archive, { ...entry, tags: [...new Set(all)].sort() }));
  };
  for (const { image, tags, archives } of seeds) {
    for (const [name, archive] of Object.entries(archives)) {
      try {
        const path = resolve(baseDir, archive);
        const entry = known(image, archive);
        const keep = () => onKept?.(image, archive);
        add(
          image,
          archive,
          await lockArchive(path, parsePlatform(name), tags, entry, read, keep),
          tags,
        );
      } catch (error) {
        problems.add(`${image} (${name}): ${(error as Error).message}`);
      }
    }
  }
  if (problems.size > 0) throw new LockError([...problems]);
  for (const { image, tags, archives } of others) {
    for (const [name, archive] of Object.entries(archives)) {
      const made = lock.get(image)?.get(archive);
      const entry = made ?? known(image, archive);
      if (entry === undefined || !covers(entry, parsePlatform(name), made ? [] : tags)) continue;
      if (made === undefined) onKept?.(image, archive);
      add(image, archive, entry, tags);
    }
  }
  const seedsOf = [...lock].map(([image, locked]) => [image, Object.fromEntries(locked)] as const);
  return { version: 1, seeds: Object.fromEntries(seedsOf) };
}

/** A record as a map: a repository may be called `constructor`. */
const mapOf = <T>(record: Readonly<Record<string, T>> = {}) => new Map(Object.entries(record));

type Image = Pick<LockedArchive, "imageId" | "config"> & { platform: Platform };

async function readImage(path: string): Promise<Image> {
  const { imageId, platform, config } = await readArchive(path);
  return { imageId, platform, config: canonicalConfigDigest(config) };
}

async function lockArchive(
  path: string,
  promised: Platform,
  tags: readonly string[],
  known: LockedArchive | undefined,
  read: (path: string) => Promise<Image>,
  keep: () => void,
): Promise<Omit<LockedArchive, "tags">> {
  if (known !== undefined && !existsSync(path)) {
    if (!covers(known, promised, tags))
      throw new Error(
        `${path}: found no such file, and it is locked for ${known.platform} and the tags ${known.tags.join(", ")} only`,
      );
    keep();
    return known;
  }
  const { platform: found, ...ids } = await read(path);
  const platform = formatPlatform(promised);
  if (samePlatform(promised, found)) return { platform, ...ids };
  throw new Error(
    `${path}: the image is for ${formatPlatform(found)}, the seed promises ${platform}`,
  );
}

function covers(entry: LockedArchive, platform: Platform, tags: readonly string[]): boolean {
  return (
    entry.platform === formatPlatform(platform) && tags.every((tag) => entry.tags.includes(tag))
  );
}

/** Stacks share archives; each is read once. */
function once<T>(of: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (key) => {
    const value = made.get(key) ?? of(key);
    made.set(key, value);
    return value;
  };
}
