import type { Command } from "commander";
import { programName } from "../cli/caller";
import { commands } from "../cli/commands";
import { code, fenced } from "../render/markdown";

/** The reference of the commands: what each prints for `--help`. */
export function commandsPage(): string {
  return [
    "# Commands",
    "",
    `In a clone they are called by ${code(programName)}, from the installed package by ${code("zot-fleet")}. Exit codes of all: 0 fine, 1 problems, 2 a wrong call or bad input, 3 what had to be looked at was not reached; where a command's own differ, its text says so.`,
    "",
    ...commands().flatMap((command) => [
      `## ${command.name()}`,
      "",
      fenced(helpOf(command).trimEnd(), "text"),
      "",
    ]),
  ].join("\n");
}

/** All of its help, the examples included, at one width on every machine. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 100,
  });
  command.outputHelp();
  return text;
}
