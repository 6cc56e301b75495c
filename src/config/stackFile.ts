import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { warnOnce } from "../render/warnOnce";
import { UserError } from "../system/userError";
import { ConfigError, schemaProblems, type Problem } from "./problem";
import { parseStackYaml } from "./stackYaml";
import { inTodaysWords } from "./todaysWords";

const pattern = /^Pulumi\.(.+)\.ya?ml$/;

/** The stacks that have a file in the project's `stacks` folder, by name. */
export function stacksWithFiles(project: string): string[] {
  return readdirSync(join(project, "stacks"))
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .sort();
}

/**
 * The keys of a stack file that `asked` has, with their defaults: the rest may still be in the making. Old words, wherever in the
 * file, are warned of on standard error.
 *
 * @param between more rules, between values of these keys
 * @throws UserError where the file is not there, is no YAML, or says what cannot be
 */
export function readStackFile<Shape extends z.ZodRawShape>(
  project: string,
  stack: string,
  asked: z.ZodObject<Shape>,
  between: (raw: Record<string, unknown>) => Problem[] = () => [],
): z.output<z.ZodObject<Shape>> {
  const all = inTodaysWords(valuesIn(configOf(join(project, "stacks", `Pulumi.${stack}.yaml`))));
  for (const warning of all.warnings) warnOnce(`stacks/Pulumi.${stack}.yaml: ${warning}`);
  const raw = Object.fromEntries(
    Object.entries(all.raw).filter(([key]) => Object.hasOwn(asked.shape, key)),
  );
  const problems = [...schemaProblems(asked, raw), ...between(raw)];
  if (problems.length > 0) throw new UserError(new ConfigError(problems).message);
  return asked.parse(raw);
}

const prefix = "zot-fleet:";

function valuesIn(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(prefix) && value !== undefined
        ? [[key.slice(prefix.length), parsed(value)] as const]
        : [],
    ),
  );
}

function configOf(path: string): Record<string, unknown> {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch {
    throw new UserError(`there is no stack file ${path}`);
  }
  const {
    config,
    problems: [problem],
  } = parseStackYaml(content);
  if (problem !== undefined) throw new UserError(`${path}: ${problem}`);
  return config;
}

/** `pulumi config set` without `--path` writes an object as one text of JSON. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
