import type { FleetStatus, ImageCell, StackStatus } from "../../../src/reports/status/fleetStatus";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const names = ["accra", "fez", "hanoi", "lima", "lisbon", "nairobi", "ottawa", "toronto"];

const fine = (stack: string, at: number): StackStatus => ({
  stack,
  verdict: "fine",
  registry: `https://oci.${stack}.killinit.cc`,
  deployedAt: `2026-11-${10 + at}T09:30:00Z`,
  version: { declared: "2.1.18", deployed: "2.1.18", running: "2.1.18" },
  checks: { passed: 26 + at, warning: 0, failed: 0, skipped: 4 },
  findings: [],
  storage: {
    declared: "20Gi",
    capacity: "20Gi",
    usedBytes: (at + 1) * 1.3 * 1024 ** 3,
    toldBy: "kubelet",
  },
  credentials: [
    { account: "admin", since: `2026-0${9 - at}-02T00:00:00Z` },
    { account: "puller-3", since: "2026-11-12T18:00:00Z" },
  ],
  keys: [
    { name: "forge", expires: `2027-01-${10 + at}T00:00:00Z`, daysLeft: 49 + at, state: "fine" },
  ],
  rotation: { declared: 3, begun: 3, handedOut: 3, interrupted: false },
  pending: [],
  problems: [],
  seconds: 2.5,
});

const held: ImageCell = { state: "held", digest: digest("a"), seeded: digest("a") };
const base = digest("5c");

/** Eight registries, of which two are broken: lima does not answer, and lisbon's checks fail. */
export const eight: FleetStatus = {
  lookedAt: "2026-11-21T06:00:00Z",
  stacks: names.map((name, at): StackStatus => {
    const status = fine(name, at);
    const { checks: _, ...unchecked } = status;
    if (name === "lima")
      return {
        ...unchecked,
        verdict: "unreachable",
        reason: "cannot reach https://oci.lima.killinit.cc: connection refused",
        version: { declared: "2.1.18", deployed: "2.1.18" },
        storage: { declared: "20Gi" },
      };
    if (name === "lisbon")
      return {
        ...status,
        verdict: "problems",
        version: { declared: "2.1.18", deployed: "2.1.18", running: "2.1.17" },
        checks: { passed: 26, warning: 1, failed: 2, skipped: 4 },
        findings: [
          {
            code: "ZF402",
            title: "the version is the declared one",
            status: "failed",
            detail: "2.1.17 runs, 2.1.18 was declared",
            hint: "Did the rollout end, and is zot-fleet:zot.version the tag of the image that the pod runs?",
          },
          {
            code: "ZF303",
            title: "every seeded tag holds the seeded image",
            status: "failed",
            subject: "openclaw/openclaw:latest",
            detail: "it holds sha256:bbbb, sha256:aaaa was seeded",
            hint: 'Somebody moved the tag: "pulumi up --refresh" restores it.',
          },
          {
            code: "ZF105",
            title: "its certificate lasts",
            status: "warning",
            detail: "9 days left, until 2026-11-30T00:00:00.000Z; wanted 14",
            hint: "Renew it: cert-manager does so by itself a third of its life before the end; look at its Certificate's events.",
          },
        ],
        storage: {
          declared: "20Gi",
          unknown: "the cluster answers 403 for the volumes of node n1",
        },
        keys: [{ name: "forge", expires: "2026-11-26T00:00:00Z", daysLeft: 4, state: "ends soon" }],
        rotation: { declared: 4, begun: 3, handedOut: 3, interrupted: false },
        pending: [{ what: "rotation", deployed: "3", declared: "4" }],
      };
    return status;
  }),
  images: [
    {
      image: "openclaw/openclaw:latest",
      skew: true,
      stacks: Object.fromEntries(
        names.map((name): [string, ImageCell] => [
          name,
          name === "lima"
            ? { state: "unknown", seeded: digest("a") }
            : name === "lisbon"
              ? { state: "moved", digest: digest("b"), seeded: digest("a") }
              : name === "ottawa"
                ? { ...held, behindLock: true }
                : held,
        ]),
      ),
    },
    {
      image: "base/debian:12.9",
      skew: false,
      stacks: Object.fromEntries(
        names.map((name): [string, ImageCell] => [
          name,
          name === "lima" ? { state: "unknown" } : { state: "held", digest: base, seeded: base },
        ]),
      ),
    },
  ],
};
