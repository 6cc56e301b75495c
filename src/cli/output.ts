import { writeFileSync } from "node:fs";
import { Option, type Command } from "commander";
import type { Format } from "../render/format";
import { refuse } from "./refuse";
import { colorWanted } from "./terminal";

/** How something can be told, by the names that `-o` takes: `table` for a person, `markdown` for handing over, others. */
type Formats<T> = Record<"table" | "markdown", Format<T>>;

export interface OutputFlags<Name extends string = string> {
  output: Name;
  report?: string;
  verbose?: boolean;
}

/** The options of every command that tells what it saw. */
export function withOutputFlags(command: Command, formats: object): Command {
  return command
    .addOption(
      new Option("-o, --output <format>", "how to tell it")
        .choices(Object.keys(formats))
        .default("table"),
    )
    .option("--report <file>", "write it as Markdown to a file as well, to hand over");
}

/** Tells `what` on standard output, and into the report where one is wanted. */
export function print<T, Name extends string>(
  what: T,
  formats: Formats<T> & Record<Name, Format<T>>,
  { output, report, verbose = false }: OutputFlags<Name>,
): void {
  process.stdout.write(formats[output](what, { color: colorWanted(), verbose }));
  if (report !== undefined)
    refuse(() => {
      writeFileSync(report, formats.markdown(what));
    });
}
