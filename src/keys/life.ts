import type { RegistryKey } from "./registryKeys";

const dayMs = 86_400_000;

/** How long a key lives, and when the next one takes its place. */
export interface KeyLife {
  /** Days from its making to its end. */
  expiresAfterDays: number;
  /** Days before its end from which a refresh marks it for renewal. */
  renewBeforeDays: number;
}

/** When a key made now ends, RFC 3339 in whole seconds, as Zot takes it. */
export function endOf({ expiresAfterDays }: KeyLife, now: Date): string {
  const end = new Date(now.getTime() + expiresAfterDays * dayMs);
  return end.toISOString().replace(/\.\d+Z$/, "Z");
}

/** Days that are left of a key; below zero where it has expired, Infinity where it never does. */
export function daysLeft({ expiresAt }: Pick<RegistryKey, "expiresAt">, now: Date): number {
  return expiresAt === undefined ? Infinity : (Date.parse(expiresAt) - now.getTime()) / dayMs;
}

/**
 * Why the key `id` no longer serves; undefined where it does.
 *
 * @param listed the keys of its account, as the registry lists them now
 */
export function renewalReason(
  id: string | undefined,
  listed: readonly RegistryKey[],
  { renewBeforeDays }: Pick<KeyLife, "renewBeforeDays">,
  now: Date,
): string | undefined {
  const found = listed.find((key) => key.id === id);
  if (found === undefined) return "the registry does not have it";
  const days = daysLeft(found, now);
  if (days <= 0) return `it expired on ${found.expiresAt ?? ""}`;
  return days < renewBeforeDays
    ? `${Math.floor(days)} days are left of it, fewer than ${renewBeforeDays}`
    : undefined;
}

/** The keys of a label besides the one that is known: left by a deployment that ended in the middle. */
export function orphans(
  id: string | undefined,
  label: string,
  listed: readonly RegistryKey[],
): RegistryKey[] {
  return listed.filter((key) => key.label === label && key.id !== id);
}
