import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { allowedText } from "./rules";
import { bare, knownKeys } from "./schemaTree";

/** A value as an error shows it: short, on one line, and without its inside where it has one. */
export function found(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return `the number ${value}`;
  if (Array.isArray(value))
    return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") {
    const keys = Object.keys(value);
    return keys.length === 0 ? "an empty object" : `an object with ${listed(keys)}`;
  }
  return JSON.stringify(value);
}

/** What a schema takes, in words. */
export function allowed(schema: z.core.$ZodType): string {
  const here = bare(schema);
  const registered = allowedText.get(here);
  if (registered !== undefined) return registered.allowed;
  const keys = knownKeys(here);
  if (keys !== undefined) return `an object with ${listed(keys)}`;
  if (here instanceof z.ZodEnum)
    return here.options.map((option) => JSON.stringify(option)).join(" or ");
  if (here instanceof z.ZodLiteral)
    return [...here.values].map((value) => JSON.stringify(value)).join(" or ");
  if (here instanceof z.ZodBoolean) return "true or false";
  if (here instanceof z.ZodNumber)
    return `a whole number from ${String(here.minValue)} to ${String(here.maxValue)}`;
  if (here instanceof z.ZodArray) return `a list, each item ${allowed(here.element)}`;
  if (here instanceof z.ZodRecord) return `an object, each value ${allowed(here.valueType)}`;
  return here instanceof z.ZodString && here.minLength === 1
    ? "a text that is not empty"
    : "a text";
}

/** A path as a person would write it: `zot-fleet:seeds[0].archives["linux/amd64"]`. */
export function pathText(path: readonly PropertyKey[]): string {
  const [top, ...rest] = path;
  const inner = rest.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    const key = String(step);
    return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${quoted(key)}]`;
  });
  return `zot-fleet:${String(top ?? "")}${inner.join("")}`;
}

/** `a, b and c`; of more than twelve, eleven and how many more. */
export function listed(words: readonly string[]): string {
  const shown =
    words.length > 12 ? [...words.slice(0, 11), `${words.length - 11} more`] : [...words];
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}

/** Without what stands before the last @ of a URL, which may be a password. */
function quoted(text: string): string {
  const shown = text.replace(/:\/\/.*@/gs, "://…@");
  return JSON.stringify(shown.length > 80 ? `${shown.slice(0, 80)}…` : shown);
}

/** The known word that was probably meant; undefined when none is near enough to be worth saying. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = letters(word);
  const same = known.find((each) => letters(each) === plain || sorted(each) === sorted(word));
  if (same !== undefined || known.length === 0) return same;
  const near = closest(word, known);
  return distance(word, near) <= Math.max(word.length, near.length) / 2.5 ? near : undefined;
}

/** Without case, dashes and underscores: `admin_password` is `adminPassword`. */
function letters(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, "");
}

/** Two letters in each other's place are one slip, which Levenshtein counts as two. */
function sorted(word: string): string {
  return Array.from(letters(word)).sort().join("");
}
