import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { Command, InvalidArgumentError, Option } from "commander";
import { localStack } from "../local/localStack";
import type { RegistryKind } from "../local/registryPrograms";
import { allHeld, localFormats, toTry } from "../local/report";
import type { LocalRun } from "../local/run";
import { CliError, exitCodes, type ExitCode } from "./failure";
import { print, withOutputFlags, type OutputFlags } from "./output";
import { readStackState } from "./stackState";
import { endDoing, isWatched, showDoing } from "./terminal";

interface LocalFlags extends OutputFlags<keyof typeof localFormats> {
  once: boolean;
  fresh: boolean;
  folder: string;
  port: number;
  registry?: RegistryKind;
  stack?: string;
  adminPasswordStdin: boolean;
  seed: string[];
  apiKeyFile?: string;
  showPassword: boolean;
}

/** `local`: a registry on this machine. */
export function localCommand(): Command {
  const command = new Command("local")
    .description(
      "Runs the registry of a cluster on this machine: accounts hashed, images seeded, everything checked. Exit codes: 0 fine, 1 problems, 2 a wrong call or bad input, 3 what it needs could not be had.",
    )
    .option("--once", "exit after verifying", false)
    .option("--folder <folder>", "where everything is kept: state, images, passwords", ".local")
    .option("--fresh", "forget that folder's state, images and passwords first", false)
    .option("--port <port>", "the port on 127.0.0.1", port, 5050)
    .addOption(
      new Option("--registry <kind>", "which registry to run").choices(["zot", "distribution"]),
    )
    .option(
      "-s, --stack <name>",
      "the stack whose access, upstreams and retention rules are used (default: local, if stacks/ has its file)",
    )
    .option(
      "--admin-password-stdin",
      "read the admin's password from standard input; another one rotates it",
      false,
    )
    .option(
      "--seed <FILE.tar=repository:tag>",
      "seed this docker-archive, too; may be repeated",
      (seed: string, seeds: string[]) => [...seeds, seed],
      [],
    )
    .option(
      "--api-key-file <file>",
      "make an API key of an account ci-1 that may push what is new, and keep it in this file, as --authfile reads it",
    )
    .option("--verbose", "a line for every result, also of what holds or is not declared", false)
    .option("--show-password", "print the admin's password and exit", false);
  return withOutputFlags(command, localFormats)
    .addHelpText(
      "after",
      `
Examples:
  local                                              a registry until Ctrl-C
  local --once -o junit > registry.xml               for a CI server
  local --seed images/app.tar=team/app:3f2a91c       with an image of yours
  local --api-key-file .keys/ci.json --once          with an API key for CI
  local --show-password                              of the registry that ran last

"verify --local", "status --local" and "doctor --local" look at it while it runs.`,
    )
    .action(async (flags: LocalFlags) => {
      process.exitCode = await local(flags);
    });
}

async function local(flags: LocalFlags): Promise<ExitCode> {
  const folder = resolve(flags.folder);
  if (flags.showPassword) {
    process.stdout.write(`${await adminPassword(folder, flags.registry)}\n`);
    return exitCodes.fine;
  }
  const started = Date.now();
  const progress = flags.output === "table" ? process.stdout : process.stderr;
  const write = (text: string) => {
    endDoing();
    progress.write(text);
  };
  const say = (message: string) => {
    write(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)}s  ${message}\n`);
  };
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Not once(): the signal handler of a library under the Automation API ends a process that nobody listens for.
    process.on(signal, () => {
      if (!stop.signal.aborted) write("Stopping.\n");
      stop.abort();
    });
  }
  // Loaded when a registry is wanted: the Automation API takes a second to load.
  const { runLocal } = await import("../local/run.js");
  const run = await runLocal({
    ...flags,
    folder,
    signal: stop.signal,
    seeds: flags.seed,
    apiKeyFile: flags.apiKeyFile && resolve(flags.apiKeyFile),
    adminPassword: flags.adminPasswordStdin
      ? (await text(process.stdin)).replace(/\r?\n$/, "")
      : undefined,
    say,
    step: isWatched() && flags.verbose !== true ? showDoing : say,
    show: showDoing,
  });
  const held = allHeld(run.report);
  try {
    print(run.report, localFormats, flags);
    if (!flags.once && held) await untilStopped(run, stop.signal, write);
  } finally {
    await run.close();
  }
  return held ? exitCodes.fine : exitCodes.problems;
}

async function untilStopped(
  { registry, report }: LocalRun,
  signal: AbortSignal,
  write: (text: string) => void,
): Promise<void> {
  write(`${toTry(report)}The registry runs until you press Ctrl-C.\n`);
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
  await Promise.race([stopped, registry?.ended]);
}

/** Out of the state of the registry that ran last, or of the kind that is named. */
async function adminPassword(folder: string, kind: RegistryKind | undefined): Promise<string> {
  const resources = await readStackState(await localStack(folder, kind));
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const password = stack?.outputs?.["adminPassword"];
  if (typeof password !== "string")
    throw new CliError(
      "the admin's password is not in the state: the last run did not get that far",
    );
  return password;
}

function port(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 65535)
    throw new InvalidArgumentError("It should be 1 to 65535.");
  return number;
}
