import { lockCommand, lockFile, type LockedArchive, type SeedLock } from "./lock";
import { normalisedPlatform } from "../images/platform";

/** A seed as a stack file has it. */
export interface SeedRequest {
  /** The repository, without a registry. */
  image: string;
  tags: readonly string[];
  /** Paths by platform; relative ones from the project's root. */
  archives: Readonly<Record<string, string>>;
}

/** A seed with all that the lock says of it. */
export interface LockedSeed {
  repository: string;
  tags: string[];
  /** Sorted by platform, so that the order in a stack file cannot change the digest of an index. */
  platforms: { platform: string; archive: string; imageId: string; config: string }[];
}

/** What the lock says of a seed, or a text that says what it lacks and which command adds it. Pure: looks at no archive. */
export function lockedSeed(
  lock: SeedLock,
  seed: SeedRequest,
): { seed: LockedSeed } | { problem: string } {
  const archives = new Map(Object.entries(own(lock.seeds, seed.image) ?? {}));
  const found = Object.entries(seed.archives).map(([name, path]) =>
    lockedPlatform(archives.get(path), name, path, seed.tags),
  );
  const platforms = found.flatMap((each) => ("problem" in each ? [] : [each]));
  platforms.sort((a, b) => (a.platform < b.platform ? -1 : 1));
  const problems = found.flatMap((each) => ("problem" in each ? [each.problem] : []));
  const twice = platforms.find((each, index) => each.platform === platforms[index + 1]?.platform);
  if (twice) problems.push(`there are two archives for ${twice.platform}`);
  if (found.length === 0) problems.push("the seed names no archive");
  if (problems.length === 0) {
    return { seed: { repository: seed.image, tags: [...seed.tags], platforms } };
  }
  return {
    problem: `${seed.image}: ${problems.join("; ")}. Lock the seeds with "${lockCommand}" and have ${lockFile} reviewed.`,
  };
}

function lockedPlatform(
  entry: LockedArchive | undefined,
  name: string,
  path: string,
  tags: readonly string[],
): LockedSeed["platforms"][number] | { problem: string } {
  const platform = normalisedPlatform(name);
  if (platform === undefined) return { problem: `${name} is no platform` };
  if (entry === undefined) return { problem: `${path} (${name}) is not locked` };
  if (entry.platform !== platform) {
    return { problem: `${path} is locked for ${entry.platform}, not for ${name}` };
  }
  const others = tags.filter((tag) => !entry.tags.includes(tag));
  if (others.length > 0) {
    return {
      problem: `${path} is locked for the tags ${entry.tags.join(", ")}, not for ${others.join(", ")}`,
    };
  }
  return { platform, archive: path, imageId: entry.imageId, config: entry.config };
}

/** A repository may be called `constructor`. */
const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
