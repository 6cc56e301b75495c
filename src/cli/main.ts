#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { version } from "../system/version";
import { programName } from "./caller";
import { commands } from "./commands";
import { exitCodes, failureOf } from "./failure";
import { todaysArguments } from "./todaysArguments";
import { say } from "./terminal";

const program = new Command(programName)
  .description("zot-fleet: a private registry on every cluster, deployed and verified.")
  .version(version);
for (const command of commands()) program.addCommand(command);

// A wrong argument ends with 2, not with commander's 1, which here means problems.
for (const command of [program, ...program.commands]) command.exitOverride();

program
  .parseAsync(todaysArguments(program.commands, process.argv.slice(2)), { from: "user" })
  .catch((error: unknown) => {
    process.exitCode = exitCodeOf(error);
  })
  .finally(() => {
    // What is still open, a cluster that hangs or Pulumi's engine, would hold this process for minutes.
    process.stdout.write("", () => process.exit());
  });

function exitCodeOf(error: unknown): number {
  // commander has told it; --help and --version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.wrongCall;
  const { message, exitCode } = failureOf(error);
  say(message);
  return exitCode;
}
