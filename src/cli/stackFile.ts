import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { z } from "zod";
import { ConfigError, type Problem } from "../config/problem";
import { schemaProblems } from "../config/problems";
import { CliError } from "./failure";
import { projectFolder } from "./project";

/**
 * What a stack file says of the keys that `asked` knows; the rest of it may still be in the making.
 *
 * @param between more rules, between values of these keys
 * @throws CliError where there is no such file, or with everything that is wrong with it
 */
export function readStackFile<Asked extends z.ZodObject>(
  stack: string,
  asked: Asked,
  between: (raw: Record<string, unknown>) => Problem[] = () => [],
): z.output<Asked> {
  const config = configOf(join(projectFolder(), "stacks", `Pulumi.${stack}.yaml`));
  const raw = Object.fromEntries(
    Object.keys(asked.shape).flatMap((key) => {
      const value = config[`zot-fleet:${key}`];
      return value === undefined ? [] : [[key, plain(value)] as const];
    }),
  );
  const problems = [...schemaProblems(asked, raw), ...between(raw)];
  if (problems.length > 0) throw new CliError(new ConfigError(problems).message);
  return asked.parse(raw);
}

function configOf(path: string): Record<string, unknown> {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch {
    throw new CliError(`there is no stack file ${path}`);
  }
  const document = parseDocument(content);
  const [error] = document.errors;
  if (error !== undefined) throw new CliError(`${path}: ${error.message}`);
  return (document.toJS() as { config?: Record<string, unknown> } | null)?.config ?? {};
}

/** `pulumi config set` without `--path` writes lists and objects as one text of JSON. */
function plain(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
