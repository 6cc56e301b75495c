import type { CheckResult } from "../../../src/checks/check";
import type { FleetStatus, StackStatus } from "../../../src/reports/status/fleetStatus";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

const fine: StackStatus = {
  stack: "ottawa",
  verdict: "fine",
  registry: "https://oci.ottawa.test",
  deployedAt: "2026-11-01T09:00:00Z",
  version: { declared: "2.1.18", deployed: "2.1.18", running: "2.1.18" },
  checks: { passed: 28, warning: 0, failed: 0, skipped: 4 },
  findings: [],
  storage: { declared: "20Gi", capacity: "20Gi", usedBytes: 3.5 * 1024 ** 3, toldBy: "kubelet" },
  credentials: [
    { account: "admin", since: "2026-10-02T00:00:00Z" },
    { account: "puller-3", since: "2026-11-20T18:00:00Z" },
  ],
  keys: [{ name: "forge", expires: "2027-01-10T00:00:00Z", daysLeft: 50, state: "fine" }],
  rotation: { declared: 3, begun: 3, handedOut: 3, interrupted: false },
  pending: [],
  problems: [],
  seconds: 2.5,
};

const failed: CheckResult = {
  code: "ZF402",
  title: "the version is the declared one",
  status: "failed",
  detail: "2.1.17 runs, 2.1.18 was declared",
  hint: "Did the rollout end?",
};

const warned: CheckResult = {
  code: "ZF105",
  title: "the certificate lasts",
  status: "warning",
  subject: "oci.lisbon.test",
  detail: "9 days\nleft | <b>",
  hint: "Renew it.",
};

/** A fleet in which everything is that a format has to show. */
export const fleet: FleetStatus = {
  lookedAt: "2026-11-21T06:00:00Z",
  stacks: [
    fine,
    {
      ...fine,
      stack: "lisbon",
      verdict: "problems",
      version: { declared: "2.1.18", running: "2.1.17" },
      checks: { passed: 26, warning: 1, failed: 1, skipped: 4 },
      findings: [warned, failed],
      storage: { declared: "20Gi", unknown: "the cluster answers 403 for the volumes of node n1" },
      credentials: [{ account: "admin" }],
      keys: [
        { name: "forge", expires: "2026-11-20T00:00:00Z", daysLeft: -1, state: "expired" },
        { name: "nightly", expires: "2026-11-25T00:00:00Z", daysLeft: 3, state: "ends soon" },
      ],
      rotation: { declared: 3, begun: 3, handedOut: 2, interrupted: true },
      pending: [
        { what: "rotation", deployed: "2", declared: "3" },
        { what: "team/app", deployed: "another image", declared: "what the lock has" },
      ],
    },
    {
      stack: "lima",
      verdict: "unreachable",
      reason: "cannot reach https://oci.lima.test: connection refused",
      version: { declared: "2.1.18", deployed: "2.1.18" },
      findings: [],
      storage: { declared: "50Gi", unknown: "it was not looked at" },
      credentials: [],
      keys: [{ name: "forge", state: "never ends" }],
      rotation: { declared: 2, begun: 1, handedOut: 1, interrupted: false },
      pending: [{ what: "rotation", deployed: "1", declared: "2" }],
      problems: [],
      seconds: 0.1,
    },
    {
      stack: "fez",
      verdict: "not deployed",
      version: { declared: "2.1.18" },
      findings: [],
      storage: {},
      credentials: [],
      keys: [],
      rotation: { declared: 1, interrupted: false },
      pending: [],
      problems: [],
      seconds: 0,
    },
  ],
  images: [
    {
      image: "team/app:latest",
      skew: true,
      stacks: {
        ottawa: { state: "held", digest: digest("a"), seeded: digest("a") },
        lisbon: { state: "moved", digest: digest("b"), seeded: digest("a"), behindLock: true },
        lima: { state: "unknown", seeded: digest("a") },
        fez: { state: "not deployed" },
      },
    },
    {
      image: "team/app:v1",
      skew: false,
      stacks: {
        ottawa: { state: "held", digest: digest("a"), seeded: digest("a") },
        lisbon: { state: "absent", seeded: digest("a"), behindLock: true },
        lima: { state: "unknown", seeded: digest("a") },
      },
    },
  ],
};
