const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** How a duration is written in a stack file, and what Go's time.ParseDuration reads of it. */
export const durationRule = 'a duration such as "30s", "90m", "24h" or "1h30m"';

/** Whole numbers with units, at least one of them; a regular expression's source, for JSON Schema as well. */
export const durationPattern = /^(?:\d{1,9}(?:ms|s|m|h))+$/;

/** Whether `text` is a duration that Zot reads: whole numbers, each with `h`, `m`, `s` or `ms`. */
export function isDuration(text: string): boolean {
  return durationPattern.test(text);
}

/**
 * A duration in milliseconds.
 *
 * @throws RangeError when `text` is none
 */
export function durationMilliseconds(text: string): number {
  if (!isDuration(text)) throw new RangeError(`"${text}" is not ${durationRule}`);
  return [...text.matchAll(/(\d+)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * units[unit as keyof typeof units],
    0,
  );
}
