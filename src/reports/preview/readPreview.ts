import { z } from "zod";
import { explain } from "../../images/manifest";

const state = z.looseObject({
  type: z.string(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  retainOnDelete: z.boolean().optional(),
});

const step = z.looseObject({
  op: z.string(),
  urn: z.string(),
  oldState: state.optional(),
  newState: state.optional(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
});

/** What is read of `pulumi preview --json` (pulumi/pkg/backend/display/json.go, PreviewDigest); the rest is left alone. */
const digest = z.looseObject({
  config: z.record(z.string(), z.unknown()).optional(),
  steps: z.array(step).nullish(),
  diagnostics: z
    .array(z.looseObject({ message: z.string().optional(), severity: z.string().optional() }))
    .nullish(),
});

/** One resource of a preview, and what is to become of it. */
export type Step = z.infer<typeof step>;

/** A preview of one stack. */
export interface Preview {
  /** The cluster's name as the stack file has it, else the stack's. */
  cluster: string;
  steps: Step[];
  /** What stopped the preview; none where it went through. Pulumi's words, which may hold anything. */
  errors: string[];
}

/**
 * Reads what `pulumi preview --json` wrote. Nothing at all is a preview that failed before it began.
 *
 * @param source what it is called where the text names no stack, such as the file's name
 * @throws Error that names the source where it is no preview
 */
export function readPreview(text: string, source: string): Preview {
  if (text.trim() === "")
    return { cluster: source, steps: [], errors: ["pulumi wrote no preview: see the job's log"] };
  let read: z.infer<typeof digest>;
  try {
    read = explain(digest, JSON.parse(text));
  } catch (error) {
    // The parser's own message quotes the text, and with it what the text holds.
    const words = error instanceof SyntaxError || !(error instanceof Error) ? "" : error.message;
    throw new Error(`${source} is not what "pulumi preview --json" writes${words && `: ${words}`}`);
  }
  const steps = read.steps ?? [];
  const errors = (read.diagnostics ?? [])
    .filter(({ severity }) => severity === "error")
    .flatMap(({ message }) => message ?? []);
  const stack = /^urn:pulumi:([^:]+)::/.exec(steps[0]?.urn ?? "")?.[1];
  return { cluster: clusterIn(read.config) ?? stack ?? source, steps, errors };
}

/** Pulumi gives structured settings as a text of JSON. */
function clusterIn(config: Record<string, unknown> = {}): string | undefined {
  const value = config["zot-fleet:cluster"];
  try {
    const cluster: unknown = typeof value === "string" ? JSON.parse(value) : value;
    const name = (cluster as { name?: unknown } | null | undefined)?.name;
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}
