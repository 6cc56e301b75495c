import { z } from "zod";
import { ConfigError, type Problem } from "./problem";
import { bare } from "./schemaTree";
import { parseStackConfig, secretKeys, stackSchema, type StackConfig } from "./stack";
import { pathText } from "./words";

const prefix = "zot-fleet:";

/**
 * Reads a stack's configuration as Pulumi hands it to a program: `zot-fleet:cluster` to a text, JSON where the
 * stack file has an object or a list, the bare text where it has a text.
 *
 * Other namespaces are not ours to judge. `kubernetes:*` among them has no effect: the default Kubernetes provider
 * is off, and `zot-fleet:cluster.context` alone says where things go.
 *
 * @param all what `runtime.allConfig()` gives, secrets decrypted
 * @param isSecret whether the stack file encrypts a key (`runtime.isConfigSecret`): errors never show such values, and what
 * is a secret must be one of them, or it would stand in the repository and in Pulumi's state in plain text. Default: not asked.
 * @param warn is told of each old word. Default: nobody is
 * @throws ConfigError with everything that is wrong
 */
export function readStackConfig(
  all: Readonly<Record<string, string>>,
  isSecret?: (key: string) => boolean,
  warn?: (warning: string) => void,
): StackConfig {
  const ours = Object.entries(all).filter(([key]) => key.startsWith(prefix));
  const raw = Object.fromEntries(
    ours.map(([key, text]) => {
      const name = key.slice(prefix.length);
      return [name, isText(name) ? bareText(name, text) : parsed(text)];
    }),
  );
  if (isSecret === undefined) return parseStackConfig(raw, [], warn);
  const names = ours.map(([key]) => key.slice(prefix.length));
  const encrypted = names.filter((name) => isSecret(prefix + name));
  const config = parseStackConfig(raw, encrypted, warn);
  const open = names.filter((name) => secretKeys.has(name) && !encrypted.includes(name));
  if (open.length > 0) throw new ConfigError(open.map(inPlainText));
  return config;
}

const inPlainText = (name: string): Problem => ({
  path: pathText([name]),
  found: "a secret in plain text, which is not shown",
  allowed: "an encrypted value",
  hint: `set it with: pulumi config set --secret ${name}`,
});

/** Whether a top-level key holds a text, which is not JSON: a password `12345` is no number. */
function isText(name: string): boolean {
  const shape: Record<string, z.core.$ZodType> = stackSchema.shape;
  const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
  if (schema === undefined) return false;
  const here = bare(schema);
  return here instanceof z.ZodString || here instanceof z.ZodEnum;
}

/** An object where a secret text belongs would otherwise become the password as it is written. */
function bareText(name: string, text: string): unknown {
  const value = secretKeys.has(name) ? parsed(text) : text;
  return typeof value === "object" && value !== null ? value : text;
}

/** What is no JSON stays a text, and the schema says what belongs there. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
