import type { CheckResult, Status } from "../check";
import { countResults, countText } from "../outcomes";
import type { Render } from "./report";
import { oneLine } from "../../render/text";

/** The symbols that linkerd uses; words stand beside them, so that colour and font carry nothing alone. */
const symbols: Record<Status, string> = { passed: "√", warning: "‼", failed: "×", skipped: "-" };
const colors: Record<Status, number> = { passed: 32, warning: 33, failed: 31, skipped: 90 };

const indent = "           ";

/** For a person: a line for each result, the hint under those that need one, and what it comes to. */
export const table: Render = ({ target, results }, { color = false } = {}) => {
  const titleWidth = Math.max(0, ...results.map(({ title }) => title.length));
  const paint = (status: Status, text: string) =>
    color ? `\u001B[${colors[status]}m${text}\u001B[0m` : text;
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

export const needsHint = (status: Status) => status === "failed" || status === "warning";
