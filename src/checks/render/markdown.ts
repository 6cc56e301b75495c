import { countResults, countText } from "../outcomes";
import type { Render } from "./report";
import { escaped } from "../../render/markdownText";
import { needsHint } from "./table";

/** For a pull request or an issue: a table, the hints below it. */
export const markdown: Render = ({ target, results }) => {
  const rows = results.map(({ status, code, title, subject = "", detail }) =>
    [status === "passed" ? status : `**${status}**`, code, title, subject, detail]
      .map((cell, column) => (column === 0 ? cell : escaped(cell)))
      .join(" | "),
  );
  const hints = new Map(
    results
      .filter(({ status }) => needsHint(status))
      .map(({ code, hint }) => [`${code} ${hint}`, `- ${code}: ${escaped(hint)}`]),
  );
  return `${[
    `### ${escaped(target)}`,
    "",
    "| Result | Code | Check | Of | Seen |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
    "",
    ...(hints.size === 0 ? [] : [...hints.values(), ""]),
    countText(countResults(results)),
  ].join("\n")}\n`;
};
