import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { sourceNamed } from "../config/sources";
import { parseRepositoryTag } from "../images/reference";
import { requireEngine } from "../local/findEngine";
import type { Credentials } from "../registry/client";
import {
  formatReleases,
  noReleases,
  parseReleases,
  releasesFile,
  withRelease,
} from "../seeding/releases";
import { readSigningKey } from "../seeding/signingKey";
import { projectFolder } from "../system/projectFolder";
import { writeWhole } from "../system/writeWhole";
import { readCredentials, withCredentialFlags, type CredentialFlags } from "./credentials";
import { CliError, exitCodes, type ExitCode } from "./failure";
import { print, withOutputFlags, type OutputFlags } from "./output";
import { promoteFormats } from "./promoteFormats";
import {
  nobodys,
  otherStacks,
  readStack,
  refuseWrong,
  type Named,
  type PromotingStack,
} from "./promotingStacks";
import { lookedUp, type AskedSource } from "./lookedUp";
import { refuse } from "./refuse";
import type { ReleaseChange } from "./releaseChanges";
import { readStackSecret } from "./stackSecret";

interface PromoteFlags extends OutputFlags<keyof typeof promoteFormats>, CredentialFlags {
  from: string;
  stack: string;
  check: boolean;
}

/** `promote`: writes into stacks/releases.lock what tags of a source are. */
export function promoteCommand(): Command {
  const command = new Command("promote")
    .description(
      `Asks a source what its tags are, with all that belongs to them, and writes ${releasesFile}, which "up" goes by. Nothing else asks a source for a tag. Exit codes: 0 fine, 1 problems, 2 a wrong call or bad input, 3 the source was not reached.`,
    )
    .argument(
      "[images...]",
      "images as repository:tag, as the stack file names them; default: what the stack seeds from this source",
    )
    .requiredOption("--from <source>", "the source, by its name in the stack file")
    .requiredOption("-s, --stack <name>", "the stack whose file says where the source is")
    .option("--check", "write nothing; end with 1 where the source is not as it was locked", false);
  withCredentialFlags(
    command,
    "whom to be at the source. Default: as the stack file says, whose password pulumi decrypts",
  );
  return withOutputFlags(command, promoteFormats)
    .addHelpText(
      "after",
      `
Examples:
  promote team/app:1.4 --from accra --stack ottawa     what accra has under 1.4 now; commit the lock
  promote --from accra --stack ottawa                  all that ottawa's stack file seeds from accra
  promote --check --from accra --stack ottawa          in CI: ends with 1 where a tag moved at accra`,
    )
    .action(async (images: string[], flags: PromoteFlags) => {
      process.exitCode = await promote(images, flags);
    });
}

async function promote(images: readonly string[], flags: PromoteFlags): Promise<ExitCode> {
  const project = projectFolder();
  const path = join(project, releasesFile);
  const text = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  const before = text === undefined ? noReleases : refuse(() => parseReleases(text));
  const stack = readStack(project, flags.stack);
  const wanted = wantedOf(images, stack, flags.from);
  const others = otherStacks(project, flags.stack);
  refuseWrong(wanted, stack, [stack, ...others.stacks], flags.from);
  const source = await sourceOf(project, stack, flags);
  const { changes, after } = await lookedUp(source, wanted, before);
  // What is gone at the source is locked still: who has it keeps it, and who has not is told.
  const unnamed =
    flags.check || !others.whole ? [] : nobodys(after, [stack, ...others.stacks], wanted);
  const made = unnamed.reduce((lock, each) => withRelease(lock, each, undefined), after);
  const all = [
    ...changes,
    ...unnamed.map((each): ReleaseChange => ({
      ...each,
      kind: "removed",
      detail: "no stack names it",
    })),
  ];
  const drifted = changes.some(({ kind }) => kind !== "unchanged");
  const written = formatReleases(made);
  const changed = written !== (text ?? formatReleases(noReleases));
  const state = flags.check
    ? drifted
      ? "drifted"
      : "unchanged"
    : changed
      ? "written"
      : "unchanged";
  // Whole or not at all: a preview may read it now.
  if (state === "written") writeWhole(path, written);
  print({ state, changes: all }, promoteFormats, flags);
  const gone = changes.some(({ kind }) => kind === "gone");
  return state === "drifted" || gone ? exitCodes.problems : exitCodes.fine;
}

function wantedOf(
  images: readonly string[],
  { stack, seeds }: PromotingStack,
  from: string,
): Named[] {
  const named =
    images.length > 0
      ? images.map((image) => {
          const { repository, tag } = refuse(() => parseRepositoryTag(image));
          return { image: repository, tag };
        })
      : seeds
          .filter((seed) => seed.from === from)
          .flatMap(({ image, tags }) => tags.map((tag) => ({ image, tag })));
  if (named.length === 0)
    throw new CliError(`${stack} seeds nothing from ${from}: name images as repository:tag`);
  return [...new Map(named.map((each) => [`${each.image}:${each.tag}`, each])).values()];
}

async function sourceOf(
  project: string,
  stack: PromotingStack,
  flags: PromoteFlags,
): Promise<AskedSource> {
  const { from } = flags;
  const found = sourceNamed(stack, from);
  if (found === undefined) {
    const names = Object.keys(stack.sources).join(", ");
    throw new CliError(
      `${stack.stack} has no source ${from}: zot-fleet:sources ${names === "" ? "is empty" : `has ${names}`}`,
    );
  }
  const { source, signedBy } = found;
  const key = signedBy === undefined ? undefined : refuse(() => readSigningKey(project, signedBy));
  const credentials =
    (await readCredentials(flags)) ?? (await ownCredentials(project, stack, from));
  return {
    source,
    ...(key === undefined ? {} : { key }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

async function ownCredentials(
  project: string,
  { stack, sources }: PromotingStack,
  from: string,
): Promise<Credentials | undefined> {
  const username = sources[from]?.username;
  if (username === undefined) return undefined;
  const options = { pulumi: requireEngine(), stack, cwd: project };
  const passwords = await readStackSecret(options, "sourcePasswords");
  const { data } = z.record(z.string(), z.string()).safeParse(passwords);
  const password = data?.[from];
  if (password === undefined)
    throw new CliError(`zot-fleet:sourcePasswords of ${stack} has no password for ${from}`);
  return { username, password };
}
