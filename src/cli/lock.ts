import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { emptyLock, formatLock, lockFile, parseLock, type SeedLock } from "../seeding/lock";
import { LockError, lockSeeds, type LockSeedsOptions } from "../seeding/lockSeeds";
import { CliError, exitCodes, type ExitCode } from "./failure";
import { lockChanges } from "./lockChanges";
import { lockFormats } from "./lockFormats";
import { projectFolder } from "../system/projectFolder";
import { writeWhole } from "../system/writeWhole";
import { repeated } from "./repeated";
import { readStackSeeds, type StackSeeds } from "./stackSeeds";
import { print, withOutputFlags, type OutputFlags } from "./output";
import { say, showDoing } from "./terminal";

interface LockFlags extends OutputFlags<keyof typeof lockFormats> {
  stack?: string[];
  check: boolean;
}

/** `lock`: writes stacks/seeds.lock from the archives that the stack files name. */
export function lockCommand(): Command {
  const command = new Command("lock")
    .description(
      `Reads the seeds of stack files and their archives, and writes ${lockFile}. For an archive that is not on this machine the lock keeps its entry, and says so. Exit codes: 0 fine, 1 problems, 2 a wrong call or bad input.`,
    )
    .option(
      "-s, --stack <name>",
      "a stack whose archives are read; may be repeated. Default: every one with a file in stacks/",
      repeated,
    )
    .option("--check", "write nothing; end with 1 where the lock would change", false);
  return withOutputFlags(command, lockFormats)
    .addHelpText(
      "after",
      `
Examples:
  lock                    after a build: what the archives hold now, into ${lockFile}; commit it
  lock --stack ottawa     the archives of one stack; what is locked of others stays
  lock --check            in CI: ends with 1 where somebody forgot`,
    )
    .action(async (flags: LockFlags) => {
      process.exitCode = await lock(flags);
    });
}

async function lock(flags: LockFlags): Promise<ExitCode> {
  const { check, stack: stacks = [] } = flags;
  const project = projectFolder();
  const path = join(project, lockFile);
  const text = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  const before = lockBefore(text);
  const kept = new Set<string>();
  const after = await makeLock(readStackSeeds(project), stacks, project, {
    previous: before,
    onRead: (archive) => {
      showDoing(`reading ${archive}`);
    },
    onKept: (image, archive) => kept.add(`${image}\n${archive}`),
  });
  const written = formatLock(after);
  const changes = lockChanges(before, after, (image, archive) => kept.has(`${image}\n${archive}`));
  // No lock and an empty one say the same.
  const unchanged = written === (text ?? formatLock(emptyLock));
  const state = unchanged ? "unchanged" : check ? "stale" : "written";
  // Whole or not at all: a preview may read it now.
  if (state === "written") writeWhole(path, written);
  print({ state, changes }, lockFormats, flags);
  return state === "stale" ? exitCodes.problems : exitCodes.fine;
}

/** The lock as it was. One that cannot be read is written anew, which is what its own error asks for. */
function lockBefore(text: string | undefined): SeedLock {
  if (text === undefined) return emptyLock;
  try {
    return parseLock(text);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return emptyLock;
  }
}

/** Everything that is wrong is told at once, in stack files and in archives. */
async function makeLock(
  read: readonly StackSeeds[],
  stacks: readonly string[],
  project: string,
  options: LockSeedsOptions,
): Promise<SeedLock> {
  const unknown = stacks.filter((name) => !read.some(({ stack }) => stack === name));
  if (unknown.length > 0)
    throw new CliError(`there is no stack file of ${unknown.join(", ")} in stacks/`);
  const isAsked = ({ stack }: StackSeeds) => stacks.length === 0 || stacks.includes(stack);
  const seedsOf = (some: readonly StackSeeds[]) => some.flatMap(({ seeds }) => seeds);
  // Of a file that cannot be read nobody knows what it keeps in the lock.
  const all = read.flatMap(({ problems }) => problems);
  let made: SeedLock = emptyLock;
  try {
    const others = seedsOf(read.filter((each) => !isAsked(each)));
    made = await lockSeeds(seedsOf(read.filter(isAsked)), project, { ...options, others });
  } catch (error) {
    if (!(error instanceof LockError)) throw error;
    all.push(...error.problems);
  }
  if (all.length === 0) return made;
  const list = all.map((problem) => `- ${problem}`).join("\n");
  throw new CliError(
    `The seeds cannot be locked; ${lockFile} is as it was:\n${list}`,
    exitCodes.problems,
  );
}
