import type { KeyAge } from "./fleetStatus";

const day = 24 * 60 * 60 * 1000;

/**
 * How long API keys last, the first to end first.
 *
 * @param expires RFC 3339; absent, or what is no time, for a key that never ends
 * @param soonDays days before its end from which a key ends soon
 */
export function keyAges(
  keys: readonly { name: string; expires?: string }[],
  now: number,
  soonDays = 14,
): KeyAge[] {
  return keys
    .map(({ name, expires }): KeyAge & { at: number } => {
      const at = expires === undefined ? NaN : Date.parse(expires);
      if (expires === undefined || Number.isNaN(at))
        return { name, state: "never ends", at: Infinity };
      // Not -0, which is no day to speak of.
      const daysLeft = Math.trunc((at - now) / day) || 0;
      const state = at <= now ? "expired" : daysLeft < soonDays ? "ends soon" : "fine";
      return { name, expires, daysLeft, state, at };
    })
    .sort((a, b) => a.at - b.at)
    .map(({ at: _, ...key }) => key);
}
