import type { CheckResult } from "./check";
import { oneLine } from "../render/terminal";

/** The failures among `results`, each with its evidence and its hint; undefined where nothing failed. */
export function failureText(results: readonly CheckResult[]): string | undefined {
  const failures = results.filter(({ status }) => status === "failed");
  if (failures.length === 0) return undefined;
  const text = failures.map(
    ({ code, title, subject, detail, hint }) =>
      `${oneLine(`${code} failed: ${title}${subject === undefined ? "" : ` (${subject})`}: ${detail}`)}\n      ${oneLine(hint)}`,
  );
  return `${failures.length} of ${results.length} checks failed\n  ${text.join("\n  ")}`;
}
