/** One case of a suite. A warning is a passed case whose text stands in `system-out`. */
export interface JUnitCase {
  className: string;
  name: string;
  status: "passed" | "warning" | "failed" | "skipped";
  /** What was seen. */
  message: string;
  /** How to correct it. */
  hint: string;
}

/** For a CI server: one suite, in the dialect that Jenkins, GitLab and GitHub's reporters read. */
export function junitText(suite: string, cases: readonly JUnitCase[]): string {
  const count = (status: JUnitCase["status"]) =>
    cases.filter((each) => each.status === status).length;
  const counts = `tests="${cases.length}" failures="${count("failed")}" errors="0" skipped="${count("skipped")}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="zot-fleet" ${counts}>`,
    `  <testsuite name="${xml(suite)}" ${counts}>`,
    ...cases.map(testCase),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase({ className, name, status, message, hint }: JUnitCase): string {
  const open = `    <testcase classname="${xml(className)}" name="${xml(name)}"`;
  const inside: Record<JUnitCase["status"], string | undefined> = {
    passed: undefined,
    warning: `<system-out>${xml(`${message}\n${hint}`)}</system-out>`,
    failed: `<failure message="${xml(message)}" type="${xml(className)}">${xml(hint)}</failure>`,
    skipped: `<skipped message="${xml(message)}"/>`,
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
