import type { StorageUse } from "./fleetStatus";

/** What is known of the storage, or why its use is not. */
export function storageUse(declared: string | undefined, seen: StorageUse | undefined): StorageUse {
  const { unknown, ...known } = seen ?? {};
  const size = declared === undefined ? {} : { declared };
  if (known.usedBytes !== undefined) return { ...size, ...known };
  const why = seen === undefined ? "it was not looked at" : "neither a cluster nor metrics tell";
  return { ...size, ...known, unknown: unknown ?? why };
}
