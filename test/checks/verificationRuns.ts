import type { CheckResult } from "../../src/checks/check";
import type { VerificationRun } from "../../src/checks/resultMetrics";

const dayMs = 86_400_000;

/** RFC 3339, in days from the beginning of time as monitoring systems know it. */
export const day = (days: number) => new Date(days * dayMs).toISOString();

const result = (code: string, more: Partial<CheckResult> = {}): CheckResult => ({
  code,
  title: "it holds",
  status: "passed",
  detail: "seen",
  hint: "Look.",
  ...more,
});

/** A verification that found nothing to complain of, at the beginning of 1970. */
export const fineResults: CheckResult[] = [
  result("ZF101"),
  result("ZF105", { ends: day(60) }),
  result("ZF303", { subject: "team/app:v1" }),
  result("ZF303", { subject: "team/app:latest" }),
  result("ZF205", { subject: "ada", status: "skipped" }),
  result("ZF704", { subject: "ci-3", status: "warning" }),
];

export const fineRun: VerificationRun = {
  stack: "ottawa",
  endedAt: 0,
  seconds: 2.5,
  credentials: [{ account: "admin", since: day(-100) }, { account: "bob" }],
  rotation: { begun: 3, handedOut: 3 },
  apiKeys: [
    { name: "forge", username: "ci-3", expiresAt: day(90), renewBeforeDays: 21 },
    { name: "endless", username: "ci-3", renewBeforeDays: 21 },
  ],
};
