import { isDeepStrictEqual } from "node:util";
import { isPlain } from "./fields";

/** How Pulumi marks a secret, and what stands for a value that a preview does not know (sdk/go/common/resource). */
const signature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const isSecret = (value: unknown): value is { value: unknown } =>
  isPlain(value) && value[signature] === secretMark;

export const secret = (value: unknown) => ({ [signature]: secretMark, value });

/** A value without the marks of its secrets. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- who asks knows the shape of what was sent
export function plain<T = unknown>(value: unknown): T {
  if (isSecret(value)) return plain(value.value);
  if (Array.isArray(value)) return value.map((each) => plain(each)) as T;
  if (!isPlain(value)) return value as T;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)])) as T;
}

/** `value` with the marks that `marked` has at the same places. */
export function markedLike(value: unknown, marked: unknown): unknown {
  if (isSecret(marked)) return value === undefined ? undefined : secret(value);
  if (!isPlain(value) || !isPlain(marked)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, markedLike(each, marked[key])]),
  );
}

/** What of `live` has a place in `shape`: other fields are the cluster's. */
export function pruned(live: unknown, shape: unknown): unknown {
  if (Array.isArray(live) && Array.isArray(shape))
    return live.slice(0, shape.length).map((each, index) => pruned(each, shape[index]));
  if (!isPlain(live) || !isPlain(shape)) return live;
  const kept = Object.keys(shape).filter((key) => key in live);
  return Object.fromEntries(kept.map((key) => [key, pruned(live[key], shape[key])]));
}

export type Change = "ADD" | "DELETE" | "UPDATE";

/** What differs, by path; an absent value equals an empty one, as Kubernetes has it. */
export function differences(old: unknown, now: unknown, at = ""): [string, Change][] {
  const empty = (value: unknown) =>
    value === undefined || value === null || (isPlain(value) && Object.keys(value).length === 0);
  if (empty(old) && empty(now)) return [];
  if (isPlain(old) && isPlain(now))
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) => {
      const part = /^[A-Za-z_$][\w$]*$/.test(key)
        ? at === ""
          ? key
          : `.${key}`
        : `[${JSON.stringify(key)}]`;
      return differences(old[key], now[key], at + part);
    });
  if (isDeepStrictEqual(old, now)) return [];
  return [[at, empty(old) ? "ADD" : empty(now) ? "DELETE" : "UPDATE"]];
}
