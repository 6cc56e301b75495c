/**
 * JSON as Go's encoding/json reads it into a struct: names match whatever their case, `null` leaves the zero value, a
 * value of another type is an error. The tools that convert images do this to every config.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A value is not of the type that a Go struct has there. */
export class GoJsonError extends Error {
  override readonly name = "GoJsonError";
}

/** The value that `json` writes; `what` names it in the error. */
export function parseJson(json: Uint8Array | string, what: string): unknown {
  try {
    return JSON.parse(
      typeof json === "string" ? json : Buffer.from(json).toString("utf8"),
    ) as unknown;
  } catch (error) {
    throw new GoJsonError(`${what} is not JSON: ${(error as Error).message}`);
  }
}

/** The value of a struct's field: the last one whose name differs in case at most. `null` is as good as absent. */
export function field(of: JsonObject, name: string): unknown {
  const wanted = folded(name);
  return Object.entries(of)
    .filter(([key, value]) => value !== null && folded(key) === wanted)
    .at(-1)?.[1];
}

/** Go takes a long s for an s, too. */
const folded = (name: string) => name.replaceAll("\u017f", "s").toLowerCase();

export function object(value: unknown, path: string): JsonObject {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw wrong(value, path, "an object");
  return value as JsonObject;
}

/** A string; half of a surrogate pair is the replacement character, as Go has it. */
export function string(value: unknown, path: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw wrong(value, path, "a string");
  return Buffer.from(value, "utf8").toString("utf8");
}

export function boolean(value: unknown, path: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw wrong(value, path, "true or false");
  return value;
}

export function array(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(value, path, "an array");
  return value;
}

export function strings(value: unknown, path: string): string[] {
  return array(value, path).map((each, index) => string(each, `${path}[${index}]`));
}

/** A map, by name; `read` gets each value. */
export function map<T>(
  value: unknown,
  path: string,
  read: (value: unknown, path: string) => T,
): Record<string, T> {
  const entries = Object.entries(object(value, path));
  return Object.fromEntries(
    entries.map(([key, each]) => [string(key, path), read(each, `${path}.${key}`)]),
  );
}

function wrong(value: unknown, path: string, wanted: string): GoJsonError {
  return new GoJsonError(
    `${path} is ${Array.isArray(value) ? "an array" : typeof value}; wanted ${wanted}`,
  );
}
