import { z } from "zod";
import { knownKeys, placesOf, schemaAt, valueAt, type Step } from "./schemaTree";
import { nowCalled } from "./todaysWords";
import { allowed, found, listed, nearest, pathText } from "./words";

/** One thing that is wrong in a stack file. None of the texts ever holds a secret. */
export interface Problem {
  /** Where, as it is written: `zot-fleet:seeds[0].tags[1]`. */
  readonly path: string;
  /** What stands there. */
  readonly found: string;
  /** What may stand there. */
  readonly allowed: string;
  /** What was probably meant, or what to do. */
  readonly hint?: string;
}

/** A stack file that cannot be used: everything that is wrong in it, at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly problems: readonly Problem[]) {
    const count = problems.length === 1 ? "one place" : `${problems.length} places`;
    super([`The stack file is wrong in ${count}.`, ...problems.map(problemText)].join("\n\n"));
  }
}

function problemText({ path, found, allowed, hint }: Problem): string {
  const lines = [`  ${path}`, `    found:    ${found}`, `    allowed:  ${allowed}`];
  return [...lines, ...(hint === undefined ? [] : [`    hint:     ${hint}`])].join("\n");
}

/** Everything that a schema finds wrong with a value, in the order of the schema. */
export function schemaProblems(schema: z.ZodType, value: unknown): Problem[] {
  const { error } = schema.safeParse(value);
  const problems = (error?.issues ?? []).flatMap((issue) => issueProblems(schema, value, issue));
  return once(problems);
}

/** A value that breaks two rules is told once, with the hint that one of them has. */
function once(problems: readonly Problem[]): Problem[] {
  const byPlace = new Map<string, Problem>();
  for (const problem of problems) {
    const place = `${problem.path} ${problem.found}`;
    byPlace.set(place, { ...problem, ...byPlace.get(place) });
  }
  return [...byPlace.values()];
}

function issueProblems(root: z.ZodType, value: unknown, issue: z.core.$ZodIssue): Problem[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownKey(root, value, path, key));
  if (issue.code === "invalid_key")
    return [wrongKey(root, issue), ...behindWrongKey(root, value, path)];
  const inside = issue.code === "invalid_union" ? issue.errors.find(isInside) : undefined;
  if (inside !== undefined) return problemsAt(path, root, value, inside);
  return [wrongValue(root, value, issue)];
}

/** What issues with the value at `path` mean, which know of that value alone. */
function problemsAt(
  path: Step[],
  root: z.ZodType,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): Problem[] {
  return issues.flatMap((issue) =>
    issueProblems(root, value, { ...issue, path: [...path, ...issue.path] }),
  );
}

/** Whether a value has one of several shapes, since what is wrong with it lies within it. */
const isInside = (issues: readonly z.core.$ZodIssue[]) =>
  issues.every(({ code, path }) => code === "unrecognized_keys" || path.length > 0);

function unknownKey(root: z.ZodType, value: unknown, path: Step[], key: string): Problem {
  const known = knownKeys(schemaAt(root, path, value)) ?? [];
  const now = nowCalled([...path, key]);
  const near = nearest(key, known);
  const [place] = placesOf(root, key);
  return {
    path: pathText([...path, key]),
    found: "an unknown key",
    allowed: `the keys ${listed(known)}`,
    ...(now !== undefined
      ? { hint: `by now it is ${now}` }
      : near !== undefined
        ? { hint: `did you mean ${near}?` }
        : place !== undefined
          ? { hint: `it belongs at ${pathText(place)}` }
          : {}),
  };
}

function wrongKey(root: z.ZodType, { path, issues }: z.core.$ZodIssueInvalidKey): Problem {
  const key = String(path.at(-1));
  const record = schemaAt(root, path.slice(0, -1));
  const rule = record instanceof z.ZodRecord ? record.keyType : z.string();
  const hint = issues.map(ownHint).find((each) => each !== undefined);
  return {
    path: pathText(path),
    found: `the key ${found(key)}`,
    allowed: allowed(rule),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** zod does not look at the value of a wrong key, and a person wants to hear of both. */
function behindWrongKey(root: z.ZodType, value: unknown, path: Step[]): Problem[] {
  const schema = schemaAt(root, path);
  if (!(schema instanceof z.ZodType)) return [];
  const inner = schema.safeParse(valueAt(value, path)).error?.issues ?? [];
  return problemsAt(path, root, value, inner);
}

function wrongValue(root: z.ZodType, value: unknown, issue: z.core.$ZodIssue): Problem {
  const schema = schemaAt(root, issue.path, value) ?? root;
  const here = valueAt(value, issue.path);
  const hint = hintFor(schema, here, issue);
  return {
    path: pathText(issue.path),
    found: found(here),
    allowed: allowed(schema),
    ...(hint === undefined ? {} : { hint }),
  };
}

function hintFor(
  schema: z.core.$ZodType,
  here: unknown,
  issue: z.core.$ZodIssue,
): string | undefined {
  if (schema instanceof z.ZodEnum && typeof here === "string") {
    const near = nearest(here, schema.options.map(String));
    return near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`;
  }
  if (schema instanceof z.ZodString && ["number", "boolean"].includes(typeof here))
    return "YAML reads a bare 1.10, 0123 or true as something else: put quotes around it";
  return ownHint(issue);
}

/** What a rule of ours says beside its failure. */
function ownHint(issue: z.core.$ZodIssue): string | undefined {
  const hint: unknown = issue.code === "custom" ? issue.params?.["hint"] : undefined;
  return typeof hint === "string" ? hint : undefined;
}
