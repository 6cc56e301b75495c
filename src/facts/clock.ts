import type { RawAnswer } from "../registry/client";

/** A clock, by the `Date` of an answer, which has whole seconds (RFC 9110, 6.6.1): what it says is up to a second old. */
export interface Clock {
  /** How far it is ahead of ours. */
  aheadMs: number;
  travelMs: number;
}

/** Reads the clock of whoever answers; undefined where the answer carries no date. */
export async function readClock(ask: () => Promise<RawAnswer>): Promise<Clock | undefined> {
  const asked = Date.now();
  const { headers } = await ask();
  const travelMs = Date.now() - asked;
  const date = Date.parse(headers["date"] ?? "");
  return Number.isNaN(date) ? undefined : { aheadMs: date - (asked + travelMs / 2), travelMs };
}
