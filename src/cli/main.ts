#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { oneLine } from "../render/terminal";
import { MissingToolError } from "../system/tools";
import { programName } from "./caller";
import { commands } from "./commands";
import { CliError, exitCodes } from "./failure";

/** Errors whose message says all: what the caller can mend, and what the world answered. */
const told = new Set(["EndpointError", "KubernetesError", "RegistryError", "UserError"]);

const program = new Command(programName).description(
  "zot-fleet: a private registry on every cluster, and what is to be known of it.",
);
for (const command of commands()) program.addCommand(command);

// A wrong argument ends with "could not look", not with commander's 1, which here means problems.
for (const command of [program, ...program.commands]) command.exitOverride();

program.parseAsync().catch((error: unknown) => {
  process.exitCode = exitCodeOf(error);
});

function exitCodeOf(error: unknown): number {
  // commander has told it; --help and --version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.couldNotLook;
  if (error instanceof CliError) {
    say(error.message);
    return error.exitCode;
  }
  const expected =
    error instanceof MissingToolError || (error instanceof Error && told.has(error.name));
  if (expected) say(error.message);
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCodes.couldNotLook;
}

function say(message: string): void {
  process.stderr.write(`${message.split("\n").map(oneLine).join("\n")}\n`);
}
