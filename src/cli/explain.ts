import { Command } from "commander";
import { checkExplanations, type Explanation } from "../checks/allChecks";
import { nearest } from "../config/words";
import { causeExplanations } from "../doctor/allCauses";
import { needExplanations } from "../doctor/needs/allNeeds";
import { jsonText } from "../render/format";
import { CliError } from "./failure";
import { print, withOutputFlags, type OutputFlags } from "./output";

/** Everything that has a code: checks (ZF…), and causes and needs that `doctor` finds (ZD…). */
export const explanations = (): Explanation[] => [
  ...checkExplanations(),
  ...causeExplanations(),
  ...needExplanations(),
];

/** `explain`: what a code means and what to do about it, in the words of the check itself. */
export function explainCommand(): Command {
  const command = new Command("explain")
    .description(
      "Tells what a code means, why it matters and what to do about it. Exit codes: 0 fine, 2 a wrong call, or no such code.",
    )
    .argument("[code...]", "codes such as ZF303 or ZD301; none lists all");
  return withOutputFlags(command, explanationFormats)
    .addHelpText(
      "after",
      `
Examples:
  explain                 every code with its title
  explain ZF303           one of them whole
  explain zd202 zd205     several
  explain -o markdown     all of them, for a wiki`,
    )
    .action((codes: string[], flags: OutputFlags<keyof typeof explanationFormats>) => {
      const all = explanations();
      const found = codes.map((code) => find(code, all));
      const told: Told = found.length === 0 ? { list: all } : { whole: found };
      print(told, explanationFormats, flags);
    });
}

/** All codes, of which a person wants the titles, or those that were asked for. */
type Told = { list: readonly Explanation[] } | { whole: readonly Explanation[] };

const codesIn = (told: Told) => ("list" in told ? told.list : told.whole);

const text = ({ code, title, why, hint }: Explanation) =>
  [`${code}  ${title}`, ...(why === undefined ? [] : ["", why]), "", `→ ${hint}`, ""].join("\n");

const section = ({ code, title, why, hint }: Explanation) =>
  [`### ${code} ${title}`, ...(why === undefined ? [] : ["", why]), "", hint, ""].join("\n");

/** Codes as sections of Markdown; the reference in docs/ is all of them. */
export const codesMarkdown = (codes: readonly Explanation[]) => codes.map(section).join("\n");

/** How codes can be told. */
const explanationFormats = {
  table: (told: Told) =>
    "list" in told
      ? told.list.map(({ code, title }) => `${code}  ${title}\n`).join("")
      : told.whole.map(text).join("\n"),
  json: (told: Told) => jsonText(codesIn(told)),
  markdown: (told: Told) => codesMarkdown(codesIn(told)),
};

/** @throws CliError with the nearest codes where there is none like it */
function find(wanted: string, all: readonly Explanation[]): Explanation {
  const code = wanted.toUpperCase();
  const found = all.find((each) => each.code === code);
  if (found !== undefined) return found;
  const near = nearest(
    code,
    all.map((each) => each.code),
  );
  const hint = near === undefined ? "" : `, did you mean ${near}?`;
  throw new CliError(`there is no code ${JSON.stringify(wanted)}${hint} ("explain" lists all)`);
}
