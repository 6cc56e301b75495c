import { isStorageAway, RegistryError } from "../registry/errors";
import { oneLine } from "../render/terminal";
import type { CheckResult, Finding, Status } from "./check";

export const passed = (detail: string, subject?: string): Finding =>
  finding("passed", detail, subject);
export const warning = (detail: string, subject?: string): Finding =>
  finding("warning", detail, subject);
/** A fault: told at once. */
export const failed = (detail: string, subject?: string): Finding =>
  finding("failed", detail, subject);
/** A failure that may pass by itself: looked at again for the check's `lag`. */
export const late = (detail: string, subject?: string): Finding => ({
  ...finding("failed", detail, subject),
  mayLag: true,
});
export const skipped = (detail: string, subject?: string): Finding =>
  finding("skipped", detail, subject);

/** Skipped, since there is nothing of what the check looks at. */
export const nothingDeclared = (detail: string): Finding => ({
  ...finding("skipped", detail),
  nothingDeclared: true,
});

/** Why a look through an admin's eyes was not taken. */
export const noAdmin = skipped("no admin's password is known");

/**
 * The failure that a request's error is. No connection, no answer and a server that cannot serve just now may lag; a
 * certificate, a wrong digest and a refusal are faults.
 */
function failedRequest(error: RegistryError, subject?: string): Finding {
  const { reason, status = 0 } = error;
  const passing =
    reason === "unreachable" ||
    reason === "timeout" ||
    reason === "broken" ||
    (reason === "status" && (status === 404 || status === 429 || status >= 500));
  return (passing ? late : failed)(error.message, subject);
}

/**
 * What `look` finds, or the failure that its request's error is.
 *
 * @throws RegistryError of the reason `storage`: it is no finding of one check, since nothing is known of anything
 */
export async function tell(
  look: () => Promise<Finding | Finding[]>,
  subject?: string,
): Promise<Finding[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    if (error instanceof RegistryError && !isStorageAway(error))
      return [failedRequest(error, subject)];
    throw error;
  }
}

function finding(status: Status, detail: string, subject?: string): Finding {
  return { status, detail, ...(subject === undefined ? {} : { subject }) };
}

export type Counts = Record<Status, number>;

export function countResults(results: readonly Pick<CheckResult, "status">[]): Counts {
  const counts: Counts = { passed: 0, warning: 0, failed: 0, skipped: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}

/** `12 passed, 1 failed, 3 skipped`; warnings only where there are any. */
export function countText({ passed, warning, failed, skipped }: Counts): string {
  const warnings = warning === 0 ? "" : `, ${warning} ${warning === 1 ? "warning" : "warnings"}`;
  return `${passed} passed${warnings}, ${failed} failed, ${skipped} skipped`;
}

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
