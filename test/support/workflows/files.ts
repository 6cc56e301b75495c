import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export const folder = join(__dirname, "../../../workflows");

export const forges = ["github", "forgejo"] as const;

export interface Step {
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
}

export interface Workflow {
  on: unknown;
  permissions?: Record<string, string>;
  jobs: Record<string, { if?: string; steps: Step[] }>;
}

/** The text of a workflow that teams copy. */
export const read = (forge: string, file: string): string =>
  readFileSync(join(folder, forge, file), "utf8");

export const stepsOf = (words: string): Step[] =>
  Object.values((parse(words) as Workflow).jobs).flatMap(({ steps }) => steps);
