import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { text } from "node:stream/consumers";
import { Command } from "commander";
import { comment } from "../reports/preview/comment";
import { describe } from "../reports/preview/describe";
import { readPreview, type Preview } from "../reports/preview/readPreview";
import { CliError, exitCodes, type ExitCode } from "./failure";
import { save } from "./output";

interface PreviewFlags {
  report?: string;
}

/** `preview-report`: previews of any number of stacks as one Markdown comment. */
export function previewReportCommand(): Command {
  return new Command("preview-report")
    .description(
      'Makes one Markdown comment of what "pulumi preview --json" wrote for any number of stacks. Exit codes: 0 fine, 1 a preview failed, 2 a wrong call or bad input.',
    )
    .argument("<file...>", "files with previews; - is standard input")
    .option("--report <file>", "write the comment to a file as well")
    .addHelpText(
      "after",
      `
Examples:
  pulumi preview --json --stack ottawa > ottawa.json || true
  pulumi preview --json --stack lisbon > lisbon.json || true
  preview-report ottawa.json lisbon.json --report comment.md

  pulumi preview --json --stack ottawa | preview-report -

The comment begins with a hidden marker, by which workflows/ keep one comment current.`,
    )
    .action(async (files: string[], flags: PreviewFlags) => {
      process.exitCode = await report(files, flags);
    });
}

async function report(files: readonly string[], flags: PreviewFlags): Promise<ExitCode> {
  if (files.filter((file) => file === "-").length > 1)
    throw new CliError("standard input (-) can be read once");
  const previews: Preview[] = [];
  for (const file of files) previews.push(await read(file));
  const reports = previews.map(describe);
  const markdown = comment(reports);
  process.stdout.write(markdown);
  if (flags.report !== undefined) save(flags.report, markdown);
  return reports.some(({ errors }) => errors.length > 0) ? exitCodes.problems : exitCodes.fine;
}

/** @throws CliError where a file is not there, or is no preview */
async function read(file: string): Promise<Preview> {
  try {
    if (file === "-") return readPreview(await text(process.stdin), "standard input");
    return readPreview(readFileSync(file, "utf8"), basename(file, ".json"));
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}
