/**
 * When to ask again, and after how long. undici's RetryAgent is not used: it repeats PUT and DELETE after any failure,
 * waits without jitter, and asks sooner than a long `Retry-After` says.
 */

/**
 * How a request may be repeated.
 *
 * - `safely`: any number of times; doing it twice is doing it once. GET, HEAD; PUT and DELETE of a manifest by its
 *   digest, because then name and content cannot disagree.
 * - `unsent`: only where the first try certainly did nothing: there was no connection, or a 429. PUT to a tag (somebody may
 *   have moved it since, and a create-only account would read "denied" where its first try had succeeded), DELETE of a tag,
 *   POST. A 503 is no such certainty: Envoy answers it when the connection to the registry broke in the middle.
 */
export type Repeat = "safely" | "unsent";

const retriedStatuses = new Set([429, 502, 503, 504]);
const firstBackoffMs = 250;
const longestBackoffMs = 10_000;
/** Who must wait longer than this learns it from the error, and may decide. */
export const longestRetryAfterMs = 60_000;

/** Whether an answer with this status is worth another try. */
export function isRetriedStatus(status: number, repeat: Repeat): boolean {
  return repeat === "safely" ? retriedStatuses.has(status) : status === 429;
}

/**
 * Milliseconds to wait before try number `attempt + 1`, by exponential backoff with full jitter (AWS Architecture Blog,
 * "Exponential Backoff And Jitter"): anything from 0 to 250 ms, 500 ms, 1 s ... 10 s.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** attempt);
}

/**
 * The wait in milliseconds that a `Retry-After` header asks for: seconds, or a date, which is read against the server's own
 * `Date` where there is one, since clocks differ. Undefined when it is missing or unreadable.
 */
export function readRetryAfter(
  retryAfter: string | undefined,
  serverDate: string | undefined,
  now: number = Date.now(),
): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const until = Date.parse(retryAfter);
  const since = Date.parse(serverDate ?? "");
  if (Number.isNaN(until)) return undefined;
  return Math.max(0, until - (Number.isNaN(since) ? now : since));
}
