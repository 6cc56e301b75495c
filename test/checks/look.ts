import type { CheckResult } from "../../src/checks/check";
import type { Expectations } from "../../src/checks/expectations";
import { registryChecks } from "../../src/checks/allChecks";
import { runChecks } from "../../src/checks/runChecks";
import type { RegistryAddress } from "../../src/registry/client";

/** Codes that a test of this process saw failing. */
export const seenFailing = new Set<string>();

/** Runs one check, without patience, and gives what it found. */
export async function look(
  code: string,
  address: RegistryAddress,
  expectations: Partial<Expectations> = {},
): Promise<CheckResult[]> {
  const results = await runChecks(
    registryChecks,
    address,
    { accounts: [], retired: [], images: [], ...expectations },
    { only: new Set([code]), patienceMs: 0 },
  );
  const found = results.filter((result) => result.code === code);
  for (const { status } of found) if (status === "failed") seenFailing.add(code);
  return found;
}

/** `passed`, or `failed x2, passed`: what a check came to, in few words. */
export function summary(results: readonly CheckResult[]): string {
  return [...new Set(results.map(({ status }) => status))].sort().join(", ");
}
