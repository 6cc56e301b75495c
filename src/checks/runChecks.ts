import { setTimeout as sleep } from "node:timers/promises";
import { RegistryClient, type Credentials, type RegistryAddress } from "../oci/client";
import { RegistryError } from "../oci/errors";
import type { Check, CheckContext, CheckResult, Expectations, Outcome } from "./check";

/**
 * Runs `checks` in their order against the registry at `address` and returns every outcome. The first check decides
 * whether there is a registry to look at: when it fails, the others are skipped.
 */
export async function runChecks(
  checks: readonly Check[],
  address: RegistryAddress,
  expectations: Expectations,
  onResult: (result: CheckResult) => void = () => undefined,
): Promise<CheckResult[]> {
  const clients = new Map<string, RegistryClient>();
  const client = (credentials?: Credentials) => {
    const key = JSON.stringify(credentials ?? null);
    const known =
      clients.get(key) ??
      new RegistryClient({ ...address, ...(credentials ? { credentials } : {}) });
    clients.set(key, known);
    return known;
  };
  const context: CheckContext = { ...expectations, address, client };
  const results: CheckResult[] = [];
  try {
    for (const check of checks) {
      const unreachable = results[0]?.status === "failed";
      const outcomes = unreachable
        ? [{ status: "skipped" as const, detail: "the registry was not reached" }]
        : await settle(check, context);
      for (const { hint = check.hint, ...outcome } of outcomes) {
        const result = { code: check.code, title: check.title, ...outcome, hint };
        results.push(result);
        onResult(result);
      }
    }
  } finally {
    await Promise.all([...clients.values()].map((each) => each.close()));
  }
  return results;
}

/** Runs one check, again while its failure may be lag. */
async function settle(check: Check, context: CheckContext): Promise<Outcome[]> {
  const deadline = Date.now() + (check.lag ?? 0);
  for (let pause = 100; ; pause = Math.min(pause * 2, 2000)) {
    const outcomes = await attempt(check, context);
    const failed = outcomes.some(({ status }) => status === "failed");
    if (!failed || Date.now() + pause > deadline) return outcomes;
    await sleep(pause);
  }
}

async function attempt(check: Check, context: CheckContext): Promise<Outcome[]> {
  try {
    const found = await check.run(context);
    return Array.isArray(found) ? found : [found];
  } catch (error) {
    // A look that failed is a failure, never a pass. RegistryError's own message is safe to show.
    if (error instanceof RegistryError) return [{ status: "failed", detail: error.message }];
    throw error;
  }
}
