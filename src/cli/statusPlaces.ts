import { registryHost } from "../config/cluster";
import { isOfArchives, type SeedConfig } from "../config/seeds";
import { sourceNamed, type SourcesConfig } from "../config/sources";
import { stackSchema } from "../config/stack";
import { emptyLock } from "../seeding/lock";
import { lockedSeed } from "../seeding/lockedSeed";
import { promotedImages } from "../seeding/promoted";
import { readReleases, readSeedLock, type Locks } from "../seeding/readLocks";
import { noReleases } from "../seeding/releases";
import { contentOf, stateFacts } from "../reports/status/stateFacts";
import type { Declared, Deployed, Place } from "../reports/status/place";
import { liveGenerations } from "../zot/generations";
import { CliError } from "./failure";
import { readStackFile, stacksWithFiles } from "../config/stackFile";
import { NoStackError, readStackState, type StackStateOptions } from "./stackState";
import { verificationInputs } from "./verificationInputs";

const asked = stackSchema.pick({
  cluster: true,
  zot: true,
  rotation: true,
  registry: true,
  seeds: true,
  sources: true,
});

/** What a stack's file, the lock and its state tell: what cannot be read is part of the answer, and hides no other stack. */
export async function stackPlace(options: StackStateOptions): Promise<Place> {
  const { cwd: project, stack } = options;
  const problems: string[] = [];
  const told = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const hasFile = stacksWithFiles(project).includes(stack);
  const locks = {
    archives: told(() => readSeedLock(project)) ?? emptyLock,
    releases: told(() => readReleases(project)) ?? noReleases,
  };
  const declared = hasFile ? told(() => declaredIn(project, stack, locks)) : undefined;
  const state = await deployedIn(options);
  return {
    stack,
    problems,
    ...(declared === undefined ? {} : { declared }),
    // A stack that has neither a file nor a state is a name that somebody mistyped.
    ...(hasFile && "never" in state ? {} : state),
  };
}

/** The registry of this machine has no file: all that is known of it is in its state. */
export async function localPlace(options: StackStateOptions): Promise<Place> {
  return { stack: "local", problems: [], ...(await deployedIn(options)) };
}

function declaredIn(project: string, stack: string, locks: Locks): Declared {
  const config = readStackFile(project, stack, asked);
  const { cluster, zot, registry, seeds, sources } = config;
  return {
    registry: `https://${registryHost(cluster)}`,
    version: zot.version,
    rotation: liveGenerations(config).current,
    ...(registry.storage.s3 === undefined ? { storage: registry.storage.size } : {}),
    images: seeds.flatMap((seed) => declaredImages(seed, locks, sources)),
  };
}

function declaredImages(
  seed: SeedConfig,
  { archives, releases }: Locks,
  sources: SourcesConfig,
): Declared["images"] {
  const named = { repository: seed.image, tags: seed.tags };
  if (isOfArchives(seed)) {
    const answer = lockedSeed(archives, seed);
    const content = "seed" in answer ? contentOf(answer.seed.platforms) : undefined;
    return [{ ...named, ...(content === undefined ? {} : { content }) }];
  }
  const found = sourceNamed({ sources }, seed.from ?? "");
  const answer = found && promotedImages(releases, seed, found.source);
  if (answer === undefined || "problem" in answer) return [named];
  return answer.images.map(({ repository, tags, promoted }) => ({
    repository,
    tags,
    content: promoted.digest,
  }));
}

async function deployedIn(
  options: StackStateOptions,
): Promise<{ deployed: Deployed } | { unknown: string; never?: true }> {
  try {
    const resources = await readStackState(options);
    const verified = verificationInputs(resources, options.stack);
    return { deployed: { ...stateFacts(resources), asked: verified } };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return {
      unknown: error.message,
      ...(error instanceof NoStackError ? { never: true as const } : {}),
    };
  }
}
