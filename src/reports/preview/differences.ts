/** One leaf that two values differ in. */
export interface Difference {
  path: string[];
  old: unknown;
  now: unknown;
}

/** All leaves in which `now` is another than `old`; a text of JSON is looked into. */
export function differences(old: unknown, now: unknown, path: string[] = []): Difference[] {
  const [before, after] = [opened(old), opened(now)];
  if (isFields(before) && isFields(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  return JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ path, old: before, now: after }];
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Zot's config lies in the chart's values as text. */
export function opened(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
