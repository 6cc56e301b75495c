#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { version } from "../system/version";
import { programName } from "./caller";
import { commands } from "./commands";
import { CliError, exitCodes } from "./failure";
import { say } from "./terminal";

/** Errors whose message says all: what the caller can mend, and what the world answered. */
const expected = new Set([
  "ArchiveError",
  "EndpointError",
  "KubernetesError",
  "MissingToolError",
  "RegistryError",
  "UserError",
]);

const program = new Command(programName)
  .description("zot-fleet: a private registry on every cluster, deployed and verified.")
  .version(version);
for (const command of commands()) program.addCommand(command);

// A wrong argument ends with "could not look", not with commander's 1, which here means problems.
for (const command of [program, ...program.commands]) command.exitOverride();

program
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = exitCodeOf(error);
  })
  .finally(() => {
    // What is still open, a cluster that hangs or Pulumi's engine, would hold this process for minutes.
    process.stdout.write("", () => process.exit());
  });

function exitCodeOf(error: unknown): number {
  // commander has told it; --help and --version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.couldNotLook;
  say(textOf(error));
  return error instanceof CliError ? error.exitCode : exitCodes.couldNotLook;
}

/** The system's own errors, of a full disk or a folder of somebody else's, say all as well. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return expected.has(error.name) || "syscall" in error
    ? error.message
    : `a defect of zot-fleet: ${error.stack ?? error.message}`;
}
