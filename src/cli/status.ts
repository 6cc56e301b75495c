import { resolve } from "node:path";
import { Command, Option } from "commander";
import type { FleetStatus } from "../reports/status/fleetStatus";
import { imageMatrix } from "../reports/status/imageMatrix";
import { readStackStatus } from "../reports/status/readStackStatus";
import { fleetFormats } from "../reports/status/render/formats";
import { CliError, exitCodes, type ExitCode } from "./failure";
import { localStack } from "../local/localStack";
import { requireEngine } from "../local/findEngine";
import { projectFolder } from "../system/projectFolder";
import { stacksWithFiles } from "../config/stackFile";
import type { StackStateOptions } from "./stackState";
import { localPlace, stackPlace } from "./statusPlaces";
import { repeated } from "./repeated";
import { timeFlag } from "./timeFlag";
import { print, save, withOutputFlags, type OutputFlags } from "./output";
import { showDoing } from "./terminal";

interface StatusFlags extends OutputFlags<keyof typeof fleetFormats> {
  stack?: string[];
  /** In milliseconds. */
  timeout: number;
  local: boolean;
  folder: string;
  html?: string;
}

/** `status`: the fleet at a glance. */
export function statusCommand(): Command {
  const command = new Command("status")
    .description(
      "Looks at all registries at once: version, checks, storage, age of passwords and keys, what is not deployed yet, and which cluster has which image; changes nothing. Exit codes: 0 fine, 1 something is wrong, 2 a wrong call or bad input, 3 a registry was not reached, and nothing is wrong with the others.",
    )
    .option(
      "-s, --stack <name>",
      "this stack alone; may be repeated. Default: every one that has a file in stacks/",
      repeated,
    )
    .addOption(
      new Option("--timeout <time>", "how long to wait for each registry")
        .argParser(timeFlag("1s", "1h"))
        .default(30_000, "30s"),
    )
    .option("--local", "the registry of npm run local", false)
    .option("--folder <folder>", "the folder of npm run local", ".local")
    .option("--html <file>", "write it as a page of its own to a file as well");
  return withOutputFlags(command, fleetFormats)
    .addHelpText(
      "after",
      `
Examples:
  status                                     every stack that has a file in stacks/
  status --stack ottawa --stack lisbon       these two
  status -o json | jq '.images[] | select(.skew)'
  status --report registry-check.md          the table here, Markdown in the file
  status --html fleet.html                   the table here, a page for a browser in the file
  status --local                             the registry on this machine

The states are read by pulumi: be logged in to where they are. Checks are those of "verify", without
reading layers. Skew between clusters is shown and is no problem: releases go out one by one.`,
    )
    .action(status);
}

async function status(flags: StatusFlags): Promise<void> {
  const now = Date.now();
  const places = await whereTo(flags);
  const signal = AbortSignal.timeout(flags.timeout);
  const waiting = new Set(places.map(({ stack }) => stack));
  const tell = () => {
    showDoing(
      `${places.length - waiting.size} of ${places.length} looked at, waiting for ${[...waiting].join(", ")}`,
    );
  };
  tell();
  const looks = await Promise.all(
    places.map(async ({ stack, read }) => {
      const look = await readStackStatus(await read(signal), { signal, now });
      waiting.delete(stack);
      tell();
      return look;
    }),
  );
  const fleet: FleetStatus = {
    lookedAt: new Date(now).toISOString(),
    stacks: looks.map((look) => look.status),
    images: imageMatrix(looks),
  };
  print(fleet, fleetFormats, flags);
  if (flags.html !== undefined) save(flags.html, fleetFormats.html(fleet));
  process.exitCode = exitCode(fleet);
}

interface Place {
  stack: string;
  read: (signal: AbortSignal) => ReturnType<typeof stackPlace>;
}

async function whereTo({ stack: stacks = [], local, folder }: StatusFlags): Promise<Place[]> {
  if (local) {
    if (stacks.length > 0) throw new CliError("name --stack or --local, not both");
    const options = await localStack(resolve(folder));
    return [{ stack: options.stack, read: (signal) => localPlace({ ...options, signal }) }];
  }
  const cwd = projectFolder();
  const names = stacks.length > 0 ? [...new Set(stacks)] : stacksWithFiles(cwd);
  if (names.length === 0) throw new CliError("there is no stack file in stacks/");
  const pulumi = requireEngine();
  return names.map((stack) => {
    const options: StackStateOptions = { pulumi, stack, cwd };
    return { stack, read: (signal) => stackPlace({ ...options, signal }) };
  });
}

/** What is wrong goes before what could not be looked at; a fleet of which nothing was seen is not fine. */
function exitCode({ stacks }: FleetStatus): ExitCode {
  const some = (...verdicts: FleetStatus["stacks"][number]["verdict"][]) =>
    stacks.some(({ verdict }) => verdicts.includes(verdict));
  if (some("problems")) return exitCodes.problems;
  return some("unreachable", "unknown") || !some("fine") ? exitCodes.notReached : exitCodes.fine;
}
