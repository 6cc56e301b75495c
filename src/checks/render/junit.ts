import type { CheckResult } from "../check";
import { countResults } from "../outcomes";
import type { Render } from "./report";

/**
 * For a CI server: one suite, a case for each result, in the dialect that Jenkins, GitLab and GitHub's reporters read.
 * A warning is a passed case whose words stand in `system-out`.
 */
export const junit: Render = ({ target, results }) => {
  const { failed, skipped } = countResults(results);
  const counts = `tests="${results.length}" failures="${failed}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="zot-fleet" ${counts}>`,
    `  <testsuite name="${xml(target)}" ${counts}>`,
    ...results.map(testCase),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
};

function testCase({ code, title, subject, status, detail, hint }: CheckResult): string {
  const name = `${code} ${title}${subject === undefined ? "" : ` (${subject})`}`;
  const open = `    <testcase classname="${xml(code)}" name="${xml(name)}"`;
  const inside: Record<CheckResult["status"], string | undefined> = {
    passed: undefined,
    warning: `<system-out>${xml(`${detail}\n${hint}`)}</system-out>`,
    failed: `<failure message="${xml(detail)}" type="${xml(code)}">${xml(hint)}</failure>`,
    skipped: `<skipped message="${xml(detail)}"/>`,
  };
  const body = inside[status];
  return body === undefined ? `${open}/>` : `${open}>\n      ${body}\n    </testcase>`;
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#9;",
};

/** Text for XML 1.0, in an element or an attribute; characters that XML has no way to write are replaced (2.2, Char). */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\u{FFFD}")
    .replace(/[&<>"'\n\r\t]/g, (char) => entities[char] ?? char);
}
