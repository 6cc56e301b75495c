import type { CheckResult } from "../../src/checks/check";

interface Deployment {
  deployment: { resources: { type: string; outputs?: Record<string, unknown> }[] };
}

/** What each verification found, as the state has it. */
export function verificationsOf(state: string): CheckResult[][] {
  const { deployment } = JSON.parse(state) as Deployment;
  return deployment.resources
    .filter(({ type }) => type.endsWith(":Verification"))
    .map(({ outputs }) => (outputs?.["results"] ?? []) as CheckResult[]);
}

/** What the one verification found. */
export const verificationOf = (state: string): CheckResult[] => verificationsOf(state)[0] ?? [];

/** The password of an account, from a state that shows its secrets. */
export function passwordIn(state: string, username: string): string {
  const { deployment } = JSON.parse(state) as Deployment;
  const account = deployment.resources.find(
    ({ type, outputs }) => type.endsWith(":Account") && outputs?.["username"] === username,
  );
  const { plaintext } = account?.outputs?.["plainPassword"] as { plaintext: string };
  return JSON.parse(plaintext) as string;
}
