import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { readArchive } from "./archive";
import { canonicalConfigDigest } from "./imageConfig";
import type { LockedArchive, SeedLock } from "./lock";
import type { SeedRequest } from "./lockedSeed";
import { formatPlatform, parsePlatform, samePlatform, type Platform } from "./platform";

/** Seeds could not be locked. Every problem that was found is told. */
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
}

/**
 * Reads the archives of `seeds`, which are those of all stacks, and makes the lock. It is made anew, so what no stack
 * names any more is not in it. Relative paths start at `baseDir`. Throws `LockError` with all problems: archives that are
 * missing or none, and images for another platform than the stack promises.
 */
export async function lockSeeds(
  seeds: readonly SeedRequest[],
  baseDir: string,
  { previous }: LockSeedsOptions = {},
): Promise<SeedLock> {
  const read = once(readImage);
  const lock = new Map<string, Map<string, LockedArchive>>();
  const before = mapOf(previous?.seeds);
  const problems = new Set<string>();
  for (const { image, tags, archives } of seeds) {
    for (const [name, archive] of Object.entries(archives)) {
      try {
        const platform = parsePlatform(name);
        const known = mapOf(before.get(image)).get(archive);
        const entry = await lockArchive(resolve(baseDir, archive), platform, tags, known, read);
        const locked = lock.get(image) ?? new Map<string, LockedArchive>();
        const others = locked.get(archive)?.tags ?? [];
        lock.set(
          image,
          locked.set(archive, { ...entry, tags: [...new Set([...others, ...tags])].sort() }),
        );
      } catch (error) {
        problems.add(`${image} (${name}): ${(error as Error).message}`);
      }
    }
  }
  if (problems.size > 0) throw new LockError([...problems]);
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
): Promise<Omit<LockedArchive, "tags">> {
  if (known !== undefined && covers(known, promised, tags) && !existsSync(path)) return known;
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
