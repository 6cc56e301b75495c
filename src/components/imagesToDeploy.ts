import type { ArchiveSeed, SeedConfig } from "../config/seeds";
import { sourceNamed, type SourcesConfig } from "../config/sources";
import type { SeedLock } from "../seeding/lock";
import { lockedSeed } from "../seeding/lockedSeed";
import { promotedImages } from "../seeding/promoted";
import type { Reviewed } from "../seeding/readLocks";
import type { ImageToDeploy } from "./seededImages";

/** Seeds that the lock does not know as they are declared; tells all of them, and the command that locks them. */
class NotLockedError extends Error {
  override readonly name = "NotLockedError";

  constructor(problems: readonly string[]) {
    super(["Not everything that is seeded is locked.", ...problems].join("\n\n  "));
  }
}

/** What promoted seeds are looked up in, besides the lock. */
interface Sources {
  sources: SourcesConfig;
  sourcePasswords?: Readonly<Record<string, string>> | undefined;
}

type Answer = { images: ImageToDeploy[] } | { problem: string };

/**
 * The declared seeds with what the locks say of their archives, or of their source. No archive is looked at, no source asked.
 *
 * @throws NotLockedError
 */
export function imagesToDeploy(
  seeds: readonly SeedConfig[],
  { archives: lock, ...reviewed }: Reviewed,
  sources: Sources = { sources: {} },
): ImageToDeploy[] {
  const found = seeds.map(({ archives, from, ...seed }) =>
    archives === undefined
      ? ofSource(seed, from ?? "", reviewed, sources)
      : ofArchives({ ...seed, archives }, lock),
  );
  const problems = found.flatMap((answer) => ("problem" in answer ? [answer.problem] : []));
  if (problems.length > 0) throw new NotLockedError(problems);
  return found.flatMap((answer) => ("images" in answer ? answer.images : []));
}

function ofArchives(seed: ArchiveSeed, lock: SeedLock): Answer {
  const { image: _, archives: __, from: ___, ...settings } = seed;
  const answer = lockedSeed(lock, seed);
  return "problem" in answer ? answer : { images: [{ ...settings, ...answer.seed }] };
}

/** An image for each digest that the tags name: what restarts when it changes needs to know which. */
function ofSource(
  { image, tags, ...settings }: Omit<SeedConfig, "archives" | "from">,
  from: string,
  { releases, signingKey }: Omit<Reviewed, "archives">,
  sources: Sources,
): Answer {
  const found = sourceNamed(sources, from);
  if (found === undefined) return { problem: `${image}: ${from} is no source` };
  const key = found.signedBy === undefined ? undefined : signingKey(found.signedBy);
  const answer = promotedImages(releases, { image, tags }, found.source, key);
  if ("problem" in answer) return answer;
  if (answer.images.length > 1 && settings.rollouts.length > 0) {
    const several = answer.images.map((each) => each.tags.join(", ")).join(" and ");
    return {
      problem: `${image}: ${several} are different images, and its rollouts wait for one: write a seed for each`,
    };
  }
  const { credentials } = found;
  return {
    images: answer.images.map((each) => ({
      ...settings,
      ...each,
      platforms: [],
      ...(credentials === undefined ? {} : { sourceCredentials: credentials }),
    })),
  };
}
