import { Command } from "commander";
import { checkExplanations, type Explanation } from "../checks/explanations";
import { nearest } from "../config/nearest";
import { causeExplanations } from "../doctor/explanations";
import { CliError } from "./failure";

/** Everything that has a code: checks (ZF…) and causes that `doctor` finds (ZD…). */
export const explanations = (): Explanation[] => [...checkExplanations(), ...causeExplanations()];

/** `explain`: what a code means and what to do about it, in the words of the check itself. */
export function explainCommand(): Command {
  return new Command("explain")
    .description("Tells what a code means, why it matters and what to do about it.")
    .argument("[code...]", "codes such as ZF303 or ZD301; none lists all")
    .addHelpText(
      "after",
      `
Examples:
  explain                 every code with its title
  explain ZF303           one of them whole
  explain zd202 zd205     several`,
    )
    .action((codes: string[]) => {
      process.stdout.write(codes.length === 0 ? list() : codes.map(explain).join("\n"));
    });
}

function list(): string {
  return explanations()
    .map(({ code, title }) => `${code}  ${title}\n`)
    .join("");
}

/** @throws CliError with the nearest codes where there is none like it */
function explain(wanted: string): string {
  const code = wanted.toUpperCase();
  const all = explanations();
  const found = all.find((each) => each.code === code);
  if (found === undefined) {
    const near = nearest(
      code,
      all.map((each) => each.code),
    );
    const hint = near === undefined ? "" : `, did you mean ${near}?`;
    throw new CliError(`there is no code ${JSON.stringify(wanted)}${hint} ("explain" lists all)`);
  }
  const { title, why, hint } = found;
  return [`${code}  ${title}`, ...(why === undefined ? [] : ["", why]), "", `→ ${hint}`, ""].join(
    "\n",
  );
}
