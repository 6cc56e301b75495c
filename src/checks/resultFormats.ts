import { jsonText, type Format } from "../render/format";
import { junitText } from "../render/junit";
import { escaped, tableLines } from "../render/markdown";
import { oneLine, painted, type Style } from "../render/terminal";
import type { CheckResult, Status } from "./check";
import { countResults, countText } from "./outcomes";

/** What every format shows. */
export interface Report {
  /** The registry's address, or the stack's name and it. */
  target: string;
  results: readonly CheckResult[];
}

/** The symbols that linkerd uses; words stand beside them, so that colour and font carry nothing alone. */
const symbols: Record<Status, string> = { passed: "√", warning: "‼", failed: "×", skipped: "-" };
const styles: Record<Status, Style> = {
  passed: "green",
  warning: "yellow",
  failed: "red",
  skipped: "grey",
};

const indent = "           ";

const needsHint = (status: Status) => status === "failed" || status === "warning";

/** For a person: a line for each result, the hint under those that need one, and what it comes to. */
const table: Format<Report> = ({ target, results }, { color = false } = {}) => {
  const titleWidth = Math.max(0, ...results.map(({ title }) => title.length));
  const paint = (status: Status, text: string) => painted(text, styles[status], color);
  const line = ({ status, code, title, subject, detail }: CheckResult) => {
    const mark = paint(status, `${symbols[status]} ${status.padEnd(7)}`);
    const words = subject === undefined ? detail : `${subject}: ${detail}`;
    return `${mark}  ${oneLine(`${code}  ${title.padEnd(titleWidth)}  ${words}`)}`.trimEnd();
  };
  const lines = results.flatMap((result) =>
    needsHint(result.status)
      ? [line(result), `${indent}${paint(result.status, "→")} ${oneLine(result.hint)}`]
      : [line(result)],
  );
  return `${[oneLine(target), "", ...lines, "", countText(countResults(results))].join("\n")}\n`;
};

/** For a pull request or an issue: a table, the hints below it. */
const markdown: Format<Report> = ({ target, results }) => {
  const rows = results.map(({ status, code, title, subject = "", detail }) => [
    { markdown: status === "passed" ? status : `**${status}**` },
    code,
    title,
    subject,
    detail,
  ]);
  const hints = new Map(
    results
      .filter(({ status }) => needsHint(status))
      .map(({ code, hint }) => [`${code} ${hint}`, `- ${code}: ${escaped(hint)}`]),
  );
  return `${[
    `### ${escaped(target)}`,
    "",
    ...tableLines(["Result", "Code", "Check", "Of", "Seen"], rows),
    "",
    ...(hints.size === 0 ? [] : [...hints.values(), ""]),
    countText(countResults(results)),
  ].join("\n")}\n`;
};

/** For programs: `{target, counts, results}`; each result as it is, with a hint where something is to be done. */
const json: Format<Report> = ({ target, results }) =>
  jsonText({
    target,
    counts: countResults(results),
    results: results.map(({ hint, ...result }) =>
      needsHint(result.status) ? { ...result, hint } : result,
    ),
  });

/** For a CI server: a case for each result. */
const junit: Format<Report> = ({ target, results }) =>
  junitText(
    target,
    results.map(({ code, title, subject, status, detail, hint }) => ({
      className: code,
      name: `${code} ${title}${subject === undefined ? "" : ` (${subject})`}`,
      status,
      message: detail,
      hint,
    })),
  );

/** How results can be told, by the names that `-o` takes. */
export const resultFormats = { table, json, junit, markdown };

export type ResultFormat = keyof typeof resultFormats;
