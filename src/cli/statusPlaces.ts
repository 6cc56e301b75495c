import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { registryHost } from "../config/cluster";
import type { SeedConfig } from "../config/seeds";
import { stackSchema } from "../config/stack";
import { emptyLock, lockFile, parseLock, type SeedLock } from "../seeding/lock";
import { lockedSeed } from "../seeding/lockedSeed";
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
  keepPrevious: true,
  registry: true,
  seeds: true,
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
  const lock = told(() => readLock(project)) ?? emptyLock;
  const declared = hasFile ? told(() => declaredIn(project, stack, lock)) : undefined;
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

function readLock(project: string): SeedLock {
  const path = join(project, lockFile);
  return existsSync(path) ? parseLock(readFileSync(path, "utf8")) : emptyLock;
}

function declaredIn(project: string, stack: string, lock: SeedLock): Declared {
  const config = readStackFile(project, stack, asked);
  const { cluster, zot, registry, seeds } = config;
  return {
    registry: `https://${registryHost(cluster)}`,
    version: zot.version,
    rotation: liveGenerations(config).current,
    ...(registry.storage.s3 === undefined ? { storage: registry.storage.size } : {}),
    images: seeds.map((seed) => declaredImage(seed, lock)),
  };
}

function declaredImage(seed: SeedConfig, lock: SeedLock): Declared["images"][number] {
  const answer = lockedSeed(lock, seed);
  const content = "seed" in answer ? contentOf(answer.seed.platforms) : undefined;
  return {
    repository: seed.image,
    tags: seed.tags,
    ...(content === undefined ? {} : { content }),
  };
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
