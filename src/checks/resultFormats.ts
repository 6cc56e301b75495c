import { jsonText, type Format } from "../render/format";
import { junitText } from "../render/junit";
import { escaped, tableLines } from "../render/markdown";
import { oneLine, painted, type Style } from "../render/terminal";
import { userAgent } from "../system/version";
import type { CheckResult, Status } from "./check";
import { countResults, countText } from "./outcomes";
import { prometheus } from "./resultMetrics";

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

/**
 * For a person: a line for each check that holds, every result that does not with its hint, and what it comes to. Whole, a line
 * for each result.
 */
const table: Format<Report> = ({ target, results }, { color = false, verbose = false } = {}) => {
  const idle = verbose ? [] : results.filter((result) => result.nothingDeclared === true);
  const told = verbose ? results : results.filter((result) => result.nothingDeclared !== true);
  const shown = verbose ? told : inOneLine(told);
  const titleWidth = Math.max(0, ...shown.map(({ title }) => title.length));
  const paint = (status: Status, text: string) => painted(text, styles[status], color);
  const mark = (status: Status) => paint(status, `${symbols[status]} ${status.padEnd(7)}`);
  const line = ({ status, code, title, subject, detail }: CheckResult) => {
    const words = subject === undefined ? detail : `${subject}: ${detail}`;
    return `${mark(status)}  ${oneLine(`${code}  ${title.padEnd(titleWidth)}  ${words}`)}`.trimEnd();
  };
  const lines = shown.flatMap((result) =>
    needsHint(result.status)
      ? [line(result), `${indent}${paint(result.status, "→")} ${oneLine(result.hint)}`]
      : [line(result)],
  );
  const codes = idle.map(({ code }) => code).join(" ");
  const rest =
    idle.length === 0 ? [] : [`${mark("skipped")}  ${codes}: nothing for them is declared`];
  return `${[oneLine(target), "", ...lines, ...rest, "", countText(countResults(results))].join("\n")}\n`;
};

/** What a check saw that holds, of several things in one result. */
function inOneLine(results: readonly CheckResult[]): CheckResult[] {
  const passed = new Map<string, CheckResult[]>();
  for (const result of results)
    if (result.status === "passed") {
      const same = passed.get(result.code);
      if (same === undefined) passed.set(result.code, [result]);
      else same.push(result);
    }
  return results.flatMap((result) => {
    const same = result.status === "passed" ? (passed.get(result.code) ?? []) : [];
    if (same.length < 2) return [result];
    if (same[0] !== result) return [];
    const { subject: _, ...rest } = result;
    return [{ ...rest, detail: worstOf(same) ?? subjectsOf(same) }];
  });
}

/** How many things they are of, and the one of which the least is left; undefined where nothing runs out. */
function worstOf(results: readonly CheckResult[]): string | undefined {
  const running = results.filter(({ left }) => left !== undefined);
  const [worst] = running.sort((a, b) => (a.left ?? 0) - (b.left ?? 0));
  if (worst === undefined) return undefined;
  const { subject, detail } = worst;
  return `${results.length}, the worst: ${subject === undefined ? "" : `${subject}: `}${detail}`;
}

/** How many things they are of, and as many of their names as fit in a line. */
function subjectsOf(results: readonly CheckResult[]): string {
  const subjects = new Set(results.map(({ subject, detail }) => subject ?? detail));
  const [first = "", ...others] = subjects;
  let text = `${subjects.size}: ${first}`;
  for (const [at, subject] of others.entries()) {
    if (text.length + subject.length > 60) return `${text} and ${others.length - at} more`;
    text += `, ${subject}`;
  }
  return text;
}

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

/** For programs: `{writtenBy, target, counts, results}`; each result as it is, with a hint where something is to be done. */
const json: Format<Report> = ({ target, results }) =>
  jsonText({
    writtenBy: userAgent,
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
export const resultFormats = { table, json, junit, markdown, prometheus };

export type ResultFormat = keyof typeof resultFormats;
