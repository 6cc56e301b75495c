import type { CheckResult, Status } from "./check";

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
