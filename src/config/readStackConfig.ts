import { z } from "zod";
import { bare } from "./schemaTree";
import { parseStackConfig, secretKeys, stackSchema, type StackConfig } from "./stack";

const prefix = "zot-fleet:";

/**
 * Reads a stack's configuration as Pulumi hands it to a program: `zot-fleet:cluster` to a text, JSON where the
 * stack file has an object or a list, the bare text where it has a text.
 *
 * Other namespaces are not ours to judge. `kubernetes:*` among them has no effect: the default Kubernetes provider
 * is off, and `zot-fleet:cluster.context` alone says where things go.
 *
 * @param all what `runtime.allConfig()` gives, secrets decrypted
 * @param isSecret whether the stack file encrypts a key (`runtime.isConfigSecret`); errors never show such values
 * @throws ConfigError with everything that is wrong
 */
export function readStackConfig(
  all: Readonly<Record<string, string>>,
  isSecret: (key: string) => boolean = () => false,
): StackConfig {
  const ours = Object.entries(all).filter(([key]) => key.startsWith(prefix));
  const raw = Object.fromEntries(
    ours.map(([key, text]) => {
      const name = key.slice(prefix.length);
      return [name, isText(name) ? bareText(name, text) : parsed(text)];
    }),
  );
  const encrypted = ours.map(([key]) => key).filter(isSecret);
  return parseStackConfig(
    raw,
    encrypted.map((key) => key.slice(prefix.length)),
  );
}

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
