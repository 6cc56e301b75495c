const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How a time is written, in every key and every flag. */
export const durationRule = 'a time such as "30s", "90m", "24h" or "30d"';

/** Whole numbers with units, at least one of them; a regular expression's source, for JSON Schema as well. */
export const durationPattern = /^(?:\d{1,9}(?:ms|s|m|h|d))+$/;

/** Whether `text` is a time: whole numbers, each with `d`, `h`, `m`, `s` or `ms`. */
export function isDuration(text: string): boolean {
  return durationPattern.test(text);
}

/**
 * A time in milliseconds.
 *
 * @throws RangeError when `text` is none
 */
export function durationMilliseconds(text: string): number {
  if (!isDuration(text)) throw new RangeError(`"${text}" is not ${durationRule}`);
  return [...text.matchAll(/(\d+)(ms|s|m|h|d)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * units[unit as keyof typeof units],
    0,
  );
}

/** A time in Go's words, which Zot and the Gateway API read: they know no days. */
export function goDuration(text: string): string {
  return text.replace(/(\d+)d/g, (_, days: string) => `${Number(days) * 24}h`);
}

/** A time in days, which states count keys and certificates in. */
export const inDays = (text: string): number => durationMilliseconds(text) / units.d;

/** A time in seconds. */
export const inSeconds = (text: string): number => durationMilliseconds(text) / units.s;
