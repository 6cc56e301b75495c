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

/** The password of an account, from a state that shows its secrets. */
export function passwordIn(state: string, username: string): string {
  const { deployment } = JSON.parse(state) as Deployment;
  const account = deployment.resources.find(
    ({ type, outputs }) => type.endsWith(":Account") && outputs?.["username"] === username,
  );
  const { plaintext } = account?.outputs?.["plainPassword"] as { plaintext: string };
  return JSON.parse(plaintext) as string;
}
