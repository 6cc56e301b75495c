import { stringify } from "yaml";
import { oldKeys, oldWordWarning, type OldKey, type Values } from "./oldWords";
import type { Step } from "./schemaTree";
import { found, pathText } from "./words";

/** An old key that was found, and what was read in its place. */
interface Found {
  path: readonly Step[];
  value: unknown;
  instead: Values;
}

/**
 * The values of top-level keys in today's words. Pure.
 *
 * @param isSecret whether a top-level key's values are secret, which no warning shows
 */
export function inTodaysWords(
  raw: Values,
  isSecret: (key: string) => boolean = () => false,
): { raw: Values; warnings: string[] } {
  const all: Found[] = [];
  const translated = oldKeys.reduce<unknown>(
    (values, key) => replaced(values, stepsOf(key.path), key, [], all),
    raw,
  );
  return {
    raw: translated as Values,
    warnings: all.map((each) => warningOf(each, isSecret(String(each.path[0])))),
  };
}

/** What stands for a key that is none any more; undefined where it never was one. */
export function nowCalled(path: readonly Step[]): string | undefined {
  const place = path.map((step) => (typeof step === "number" ? "[]" : String(step))).join(".");
  return oldKeys.find((key) => stepsOf(key.path).join(".") === place)?.now;
}

const stepsOf = (path: string) => path.replaceAll("[]", ".[]").split(".");

function replaced(
  here: unknown,
  [step = "", ...rest]: readonly string[],
  key: OldKey,
  at: readonly Step[],
  all: Found[],
): unknown {
  if (step === "[]")
    return Array.isArray(here)
      ? here.map((each, index) => replaced(each, rest, key, [...at, index], all))
      : here;
  if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) return here;
  const { [step]: value, ...beside } = here as Values;
  const path = [...at, step];
  if (rest.length > 0) return { ...here, [step]: replaced(value, rest, key, path, all) };
  const instead = value === undefined ? undefined : key.instead(value, beside);
  if (instead === undefined) return here;
  all.push({ path, value, instead });
  return { ...beside, ...instead };
}

function warningOf({ path, value, instead }: Found, isSecret: boolean): string {
  const [line] = Object.entries(instead).map(([key, each]) => {
    const place = path.length === 1 ? pathText([key]) : key;
    const text = stringify(each, { collectionStyle: "flow" }).trim();
    return `${place}: ${isSecret ? "…" : text}`;
  });
  const what = isSecret ? "a secret value, which is not shown" : found(value);
  return oldWordWarning(`${pathText(path)}: ${what}`, line ?? "nothing: it is the default");
}
