import type { CheckResult } from "../../src/checks/check";

interface Deployment {
  deployment: { resources: { type: string; outputs?: Record<string, unknown> }[] };
}

/** What the verification found, as the state has it. */
export function verificationOf(state: string): CheckResult[] {
  const { deployment } = JSON.parse(state) as Deployment;
  const found = deployment.resources.find(({ type }) => type.endsWith(":Verification"));
  return (found?.outputs?.["results"] ?? []) as CheckResult[];
}
