import { text } from "node:stream/consumers";
import { resolve } from "node:path";
import { CommandError } from "@pulumi/pulumi/automation";
import { Command, InvalidArgumentError, Option } from "commander";
import { MissingToolError } from "../system/tools";
import { ArchiveError } from "../images/archiveError";
import type { RegistryKind } from "./registryPrograms";
import { allHeld, formatReport } from "./report";
import { runLocal, type LocalRun } from "./run";
import { showPassword } from "./showPassword";
import { UserError } from "../system/userError";

interface Flags {
  once: boolean;
  json: boolean;
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

const command = new Command("npm run local --")
  .description(
    "Runs the registry of a cluster on this machine: accounts hashed, images seeded, everything checked.",
  )
  .option("--once", "exit after verifying; 0 only if all held", false)
  .option("--json", "print one JSON document on standard output, and nothing else there", false)
  .option("--folder <folder>", "where everything is kept: state, images, passwords", ".local")
  .option("--fresh", "forget that folder's state, images and passwords first", false)
  .option("--port <port>", "the port on 127.0.0.1", parsePort, 5050)
  .addOption(
    new Option("--registry <kind>", "which registry to run").choices(["zot", "distribution"]),
  )
  .option(
    "--stack <name>",
    "whose access, upstreams and retention hold here, too (default: local, where that file is)",
  )
  .option(
    "--admin-password-stdin",
    "read the admin's password from standard input; another one rotates it",
    false,
  )
  .option(
    "--seed <FILE.tar=repository:tag>",
    "seed this docker-archive, too; may be repeated",
    collect,
    [],
  )
  .option(
    "--api-key-file <file>",
    "make an API key of an account ci-1 that may push what is new, and keep it in this file, as --authfile reads it",
  )
  .option("--show-password", "print the admin's password and exit", false)
  .allowExcessArguments(false);

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new InvalidArgumentError("It should be 1 to 65535.");
  return port;
}

function collect(seed: string, seeds: string[]): string[] {
  return [...seeds, seed];
}

async function main(flags: Flags): Promise<number> {
  const folder = resolve(flags.folder);
  if (flags.showPassword) {
    process.stdout.write(`${await showPassword(folder, flags.registry)}\n`);
    return 0;
  }
  const started = Date.now();
  const progress = flags.json ? process.stderr : process.stdout;
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Not once(): the signal handler of a library under the Automation API ends a process that nobody listens for.
    process.on(signal, () => {
      if (!stop.signal.aborted) progress.write("Stopping.\n");
      stop.abort();
    });
  }
  const run = await runLocal({
    ...flags,
    folder,
    signal: stop.signal,
    seeds: flags.seed,
    apiKeyFile: flags.apiKeyFile && resolve(flags.apiKeyFile),
    adminPassword: flags.adminPasswordStdin
      ? (await text(process.stdin)).replace(/\r?\n$/, "")
      : undefined,
    say: (message) =>
      progress.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)}s  ${message}\n`),
  });
  const output = flags.json
    ? `${JSON.stringify(run.report, null, 2)}\n`
    : formatReport(run.report, folder);
  process.stdout.write(output);
  try {
    if (!flags.once && allHeld(run.report)) await untilStopped(run, stop.signal, progress);
  } finally {
    await run.close();
  }
  return allHeld(run.report) ? 0 : 1;
}

async function untilStopped(
  { registry }: LocalRun,
  signal: AbortSignal,
  progress: NodeJS.WriteStream,
): Promise<void> {
  progress.write("The registry runs until you press Ctrl-C.\n");
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
  await Promise.race([stopped, registry?.ended]);
}

command.parse();
main(command.opts<Flags>()).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${words(error)}\n`);
    process.exit(1);
  },
);

/** What a person can do something about is its message alone: ours, the system's (a full disk, a folder of somebody else's), Pulumi's. */
function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const told =
    error instanceof UserError ||
    error instanceof MissingToolError ||
    error instanceof ArchiveError ||
    error instanceof CommandError ||
    "syscall" in error;
  return told ? error.message : `a defect of zot-fleet: ${error.stack ?? error.message}`;
}
