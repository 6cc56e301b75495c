import { z } from "zod";
import { normalisedPlatform } from "../images/platform";
import { allowed, isDigest, isRepository, isTag } from "../images/reference";

/** Where the lock of all stacks lies, from the project's root. */
export const lockFile = "stacks/seeds.lock";

/** The command that writes the lock anew. */
export const lockCommand = "npm run --silent fleet -- lock";

const digest = z.string().refine(isDigest, { error: `wanted ${allowed.digest}` });

const lockedArchive = z.strictObject({
  /** As `os/architecture[/variant]`, normalised. */
  platform: z.string().refine((text) => normalisedPlatform(text) === text, {
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

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const byName = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(record).sort(([a], [b]) => order(a, b));
