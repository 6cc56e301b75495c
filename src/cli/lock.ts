import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { emptyLock, formatLock, lockFile, parseLock, type SeedLock } from "../oci/lock";
import { LockError, lockSeeds } from "../oci/lockSeeds";
import { CliError, exitCodes, type ExitCode } from "./failure";
import { lockChanges } from "./lockChanges";
import { lockFormats } from "./lockFormats";
import { projectFolder } from "./project";
import { readStackSeeds, type StackSeeds } from "./stackSeeds";
import { tell, withOutputFlags, type OutputFlags } from "./told";

interface LockFlags extends OutputFlags<keyof typeof lockFormats> {
  check: boolean;
  keepMissing: boolean;
}

/** `lock`: writes stacks/seeds.lock from the archives that the stack files name. */
export function lockCommand(): Command {
  const command = new Command("lock")
    .description(
      `Reads the seeds of every stack file and their archives, and writes ${lockFile}. Exit codes: 0 fine, 1 problems, 2 could not look.`,
    )
    .option("--check", "write nothing; end with 1 where the lock would change", false)
    .option("--keep-missing", "keep what is locked of archives that are not here", false);
  return withOutputFlags(command, lockFormats)
    .addHelpText(
      "after",
      `
Examples:
  lock                    after a build: what the archives hold now, into ${lockFile}; commit it
  lock --check            in CI: ends with 1 where somebody forgot
  lock --keep-missing     where only some archives were built here`,
    )
    .action(async (flags: LockFlags) => {
      process.exitCode = await lock(flags);
    });
}

async function lock(flags: LockFlags): Promise<ExitCode> {
  const { check, keepMissing } = flags;
  const project = projectFolder();
  const path = join(project, lockFile);
  const text = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  const before = lockBefore(text);
  const after = await makeLock(readStackSeeds(project), project, keepMissing ? before : undefined);
  const written = formatLock(after);
  const changes = lockChanges(before, after);
  const state = written === text ? "unchanged" : check ? "stale" : "written";
  // Whole or not at all: a preview may read it now.
  if (state === "written") {
    writeFileSync(`${path}.new`, written);
    renameSync(`${path}.new`, path);
  }
  tell({ state, changes }, lockFormats, flags);
  return state === "stale" ? exitCodes.problems : exitCodes.fine;
}

/** The lock as it was. One that cannot be read is written anew, which is what its own error asks for. */
function lockBefore(text: string | undefined): SeedLock {
  if (text === undefined) return emptyLock;
  try {
    return parseLock(text);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return emptyLock;
  }
}

/** Everything that is wrong is told at once, in stack files and in archives. */
async function makeLock(
  { seeds, problems }: StackSeeds,
  project: string,
  previous: SeedLock | undefined,
): Promise<SeedLock> {
  const all = [...problems];
  let made: SeedLock = emptyLock;
  try {
    made = await lockSeeds(seeds, project, previous === undefined ? {} : { previous });
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
