import { codesMarkdown, explanations } from "../cli/explain";

/** The reference of all codes, in the words of `explain`. */
export function codesPage(): string {
  return [
    "# Codes",
    "",
    "A check of `verify` has a code `ZF…`, a cause that `doctor` finds a code `ZD…`. A code never changes its meaning. `explain CODE` prints the same text.",
    "",
    codesMarkdown(explanations().sort((a, b) => a.code.localeCompare(b.code))),
  ].join("\n");
}
