import { z } from "zod";
import { formatPlatform, parsePlatform } from "./platform";
import { allowed, isDigest, isRepository, isTag } from "./reference";

/** Where the lock of all stacks lies, from the project's root. */
export const lockFile = "stacks/seeds.lock";

/** The command that writes the lock anew. */
export const lockCommand = "npm run --silent fleet -- lock";

const digest = z.string().refine(isDigest, { error: `wanted ${allowed.digest}` });

const lockedArchive = z.strictObject({
  /** As `os/architecture[/variant]`, normalised. */
  platform: z.string().refine((text) => normalised(text) === text, {
    error: "wanted a platform such as linux/amd64 or linux/arm/v7",
  }),
  /** All tags that any stack gives this archive in this repository, sorted. */
  tags: z.array(z.string().refine(isTag, { error: `wanted ${allowed.tag}` })).min(1),
  /** Docker's image ID: says which build it is. */
  imageId: digest,
  /** Digest of the canonical config: how the image is known again in a registry. */
  config: digest,
});

const seedLock = z.strictObject({
  version: z.literal(1, { error: "this zot-fleet knows version 1" }),
  seeds: z
    .record(z.string(), z.record(z.string().min(1), lockedArchive))
    .superRefine((seeds, context) => {
      for (const name of Object.keys(seeds).filter((each) => !isRepository(each))) {
        context.addIssue({
          code: "custom",
          path: [name],
          message: `wanted a repository: ${allowed.repository}`,
        });
      }
    }),
});

/**
 * What is locked, by repository and then by archive, as the stack files write its path.
 *
 * Every entry is one reviewed statement: in this repository, under these tags, this archive is this image. It is kept
 * by archive, not by stack or tag, because stacks may share an archive (then it is stated once) and may seed different
 * archives under the same tag (a staged rollout; then both are stated). The archive's size is not in it: saving the
 * same image again may change it.
 */
export type SeedLock = z.infer<typeof seedLock>;
export type LockedArchive = z.infer<typeof lockedArchive>;

/** The lock of a project that has locked nothing yet. */
export const emptyLock: SeedLock = { version: 1, seeds: {} };

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

/** Reads a lock. `path` is named in the error, with what is wrong and the command that mends it. */
export function parseLock(text: string, path: string = lockFile): SeedLock {
  const remedy = `Write it anew with "${lockCommand}".`;
  if (/^(<{7}|>{7}|={7})( |$)/m.test(text)) {
    throw new Error(`${path} has conflict markers: it was merged and not resolved. ${remedy}`);
  }
  const { data, error } = seedLock.safeParse(parseJson(text, path, remedy));
  if (error) throw new Error(`${path} is no lock:\n${z.prettifyError(error)}\n${remedy}`);
  return data;
}

/**
 * Writes a lock: JSON, sorted, one archive a line. A review shows the builds that changed, a merge takes an archive's
 * line from one side or the other and never mixes two (then it is a conflict), and the same content is always the same text.
 */
export function formatLock(lock: SeedLock): string {
  const repositories = byName(lock.seeds).map(([repository, archives]) => {
    const lines = byName(archives).map(
      ([path, entry]) => `      ${JSON.stringify(path)}: ${formatArchive(entry)}`,
    );
    return `    ${JSON.stringify(repository)}: {\n${lines.join(",\n")}\n    }`;
  });
  const seeds = repositories.length === 0 ? "{}" : `{\n${repositories.join(",\n")}\n  }`;
  return `{\n  "version": ${lock.version},\n  "seeds": ${seeds}\n}\n`;
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
  platforms.sort((a, b) => order(a.platform, b.platform));
  const problems = found.flatMap((each) => ("problem" in each ? [each.problem] : []));
  const twice = platforms.find((each, index) => each.platform === platforms[index + 1]?.platform);
  if (twice) problems.push(`there are two archives for ${twice.platform}`);
  if (found.length === 0) problems.push("the seed names no archive");
  if (problems.length === 0)
    return { seed: { repository: seed.image, tags: [...seed.tags], platforms } };
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
  const platform = normalised(name);
  if (platform === undefined) return { problem: `${name} is no platform` };
  if (entry === undefined) return { problem: `${path} (${name}) is not locked` };
  if (entry.platform !== platform)
    return { problem: `${path} is locked for ${entry.platform}, not for ${name}` };
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

function formatArchive({ platform, tags, imageId, config }: LockedArchive): string {
  const of = Object.entries({ platform, tags: [...tags].sort(order), imageId, config });
  const text = (value: string | string[]) =>
    Array.isArray(value)
      ? `[${value.map((each) => JSON.stringify(each)).join(", ")}]`
      : JSON.stringify(value);
  return `{ ${of.map(([name, value]) => `"${name}": ${text(value)}`).join(", ")} }`;
}

function parseJson(text: string, path: string, remedy: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}. ${remedy}`);
  }
}

function normalised(platform: string): string | undefined {
  try {
    return formatPlatform(parsePlatform(platform));
  } catch {
    return undefined;
  }
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const byName = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(record).sort(([a], [b]) => order(a, b));
