import type { V1ManagedFieldsEntry, V1Secret } from "@kubernetes/client-node";
import { fieldManager } from "../../cluster/kubernetes";

/** The label of a Secret that was made for a key. Alone it proves nothing: older versions put it on whatever was there. */
export const madeForKey = { "app.kubernetes.io/managed-by": fieldManager };

/**
 * Whether a Secret was made for a key, and is nobody else's: it has our label, and no field of it was ever written by somebody
 * else. The API server keeps who wrote what (kubernetes.io, "Server-Side Apply", "Field management"): whoever made an object
 * is among them, also where fields were there before anything was applied. Where it tells nothing, it is not ours.
 */
export function isOurs({ metadata }: V1Secret): boolean {
  const managers = metadata?.managedFields ?? [];
  const labelled = Object.entries(madeForKey).every(
    ([name, value]) => metadata?.labels?.[name] === value,
  );
  return labelled && managers.length > 0 && managers.every(isApplied);
}

/** Whether the type is a field of ours alone: one that is left out would be another type, which the API server refuses. */
export function ownsType({ metadata }: V1Secret): boolean {
  const managers = (metadata?.managedFields ?? []).filter(hasType);
  return managers.length > 0 && managers.every(isApplied);
}

const isApplied = ({ manager, operation }: V1ManagedFieldsEntry) =>
  manager === fieldManager && operation === "Apply";

const hasType = ({ fieldsV1 }: V1ManagedFieldsEntry) =>
  typeof fieldsV1 === "object" && fieldsV1 !== null && "f:type" in fieldsV1;
