/** What breaks, by name; the world does it (world.ts). */
export const faultNames = [
  "none",
  "killed",
  "registry away",
  "archive away",
  "forge away",
  "Helm left pending",
  "StatefulSet deleted",
  "release deleted",
  "namespace deleted",
  "Secret deleted",
  "claim emptied",
  "older state",
] as const;

export type FaultName = (typeof faultNames)[number];

/** Faults that are over when the deployment that met them has ended; the others stay until one mends them. */
export const passing: ReadonlySet<FaultName> = new Set([
  "none",
  "killed",
  "registry away",
  "archive away",
  "forge away",
]);
