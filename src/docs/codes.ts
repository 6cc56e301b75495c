import { codesMarkdown, explanations } from "../cli/explain";

/** The reference of all codes, in the words of `explain`. Alerts know a code and no title: each code is an anchor of its own. */
export function codesPage(): string {
  const codes = explanations().sort((a, b) => a.code.localeCompare(b.code));
  const section = (code: (typeof codes)[number]) =>
    `<a id="${code.code.toLowerCase()}"></a>\n\n${codesMarkdown([code])}`;
  return [
    "# Codes",
    "",
    "A check of `verify` has a code `ZF…`, a cause that `doctor` finds a code `ZD…`. A code never changes its meaning. `explain CODE` prints the same text.",
    "",
    codes.map(section).join("\n"),
  ].join("\n");
}
