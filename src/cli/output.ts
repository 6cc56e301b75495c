import { extname } from "node:path";
import { Option, type Command } from "commander";
import type { Format } from "../render/format";
import { writeWhole } from "../system/writeWhole";
import { refuse } from "./refuse";
import { colorWanted, endDoing } from "./terminal";

/** How something can be told, by the names that `-o` takes: `table` for a person, `markdown` for handing over, others. */
type Formats<T> = Record<"table" | "markdown", Format<T>> &
  Partial<Record<(typeof byEnding)[keyof typeof byEnding], Format<T>>>;

export interface OutputFlags<Name extends string = string> {
  output: Name;
  report?: string;
  verbose?: boolean;
}

/** What a file's name asks for, where a command has it. Any other file is Markdown. */
const byEnding = { ".html": "html", ".prom": "prometheus" } as const;

/** The options of every command that tells what it saw. */
export function withOutputFlags(command: Command, formats: object): Command {
  const others = Object.entries(byEnding)
    .filter(([, format]) => format in formats)
    .map(([ending, format]) => `, as ${format} where its name ends in ${ending}`);
  return command
    .addOption(
      new Option("-o, --output <format>", "how to tell it")
        .choices(Object.keys(formats))
        .default("table"),
    )
    .option(
      "--report <file>",
      `write it to a file as well, to hand over: as Markdown${others.join("")}`,
    );
}

/** Tells `what` on standard output, and into the report where one is wanted. */
export function print<T, Name extends string>(
  what: T,
  formats: Formats<T> & Record<Name, Format<T>>,
  { output, report, verbose = false }: OutputFlags<Name>,
): void {
  endDoing();
  process.stdout.write(formats[output](what, { color: colorWanted(), verbose }));
  if (report === undefined) return;
  const named = reportFormat(report);
  save(report, ((named && formats[named]) ?? formats.markdown)(what));
}

/** Whether a format is asked for: by its name, or by that of the report. */
export function tells({ output, report }: OutputFlags, format: string): boolean {
  return output === format || (report !== undefined && reportFormat(report) === format);
}

/** Writes a file, or the one before stays: somebody may be reading it. @throws CliError where it cannot be written */
export function save(path: string, text: string): void {
  refuse(() => {
    writeWhole(path, text);
  });
}

function reportFormat(file: string) {
  const ending = extname(file);
  return ending in byEnding ? byEnding[ending as keyof typeof byEnding] : undefined;
}
