import { daysLeft } from "../../keys/life";
import type { KeyAge } from "./fleetStatus";

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
      const left = daysLeft({ expiresAt: expires }, new Date(now));
      // Not -0, which is no day to speak of.
      const whole = Math.trunc(left) || 0;
      const state = left <= 0 ? "expired" : whole < soonDays ? "ends soon" : "fine";
      return { name, expires, daysLeft: whole, state, at };
    })
    .sort((a, b) => a.at - b.at)
    .map(({ at: _, ...key }) => key);
}
