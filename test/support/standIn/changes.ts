import { isPlain, type KubeObject } from "./fields";

/** The API server's no, with the status that it answers. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** A JSON merge patch (RFC 7386). */
export function merged(live: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) return patch;
  const next: Record<string, unknown> = isPlain(live) ? { ...live } : {};
  for (const [key, value] of Object.entries(patch))
    if (value === null) Reflect.deleteProperty(next, key);
    else next[key] = merged(next[key], value);
  return next;
}

export function refuseImmutable(live: KubeObject | undefined, next: KubeObject): void {
  const fields = ({ kind, ...object }: KubeObject): unknown[] => {
    const spec = (object["spec"] ?? {}) as Record<string, unknown>;
    if (kind === "Secret") return [object["type"] ?? "Opaque"];
    if (kind === "PersistentVolumeClaim") return [spec["accessModes"]];
    return kind === "StatefulSet" ? [spec["volumeClaimTemplates"], spec["serviceName"]] : [];
  };
  if (live !== undefined && JSON.stringify(fields(live)) !== JSON.stringify(fields(next)))
    throw new Refusal(
      422,
      "Invalid",
      `${next.kind} "${next.metadata.name}" is invalid: field is immutable`,
    );
}

/** An object without what changes by writing it. */
export function bare({ metadata, ...rest }: KubeObject): string {
  const { resourceVersion: _, managedFields = [], ...kept } = metadata;
  return JSON.stringify([rest, kept, managedFields.map(({ time: __, ...each }) => each)]);
}
