import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { schemaProblems, type Problem } from "../config/problem";
import { isOfArchives, seedClashes, seedsSchema, type ArchiveSeed } from "../config/seeds";
import { stackSchema } from "../config/stack";
import { parseStackYaml } from "../config/stackYaml";

/** The seeds of a stack that are made of archives, or everything that is wrong with them. */
export interface StackSeeds {
  stack: string;
  seeds: ArchiveSeed[];
  /** Each begins with the stack file, as it is named from the project's folder. */
  problems: string[];
}

const key = "zot-fleet:seeds";
const onlySeeds = stackSchema.pick({ seeds: true });

/** Reads the seeds of every `Pulumi.<stack>.yaml` in the project's `stacks` folder; other settings are not judged here. */
export function readStackSeeds(project: string): StackSeeds[] {
  return readdirSync(join(project, "stacks"))
    .sort()
    .flatMap((name) => {
      const stack = /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1];
      if (stack === undefined) return [];
      const file = join("stacks", name);
      return [{ stack, ...readSeeds(file, readFileSync(join(project, file), "utf8")) }];
    });
}

function readSeeds(file: string, text: string): Omit<StackSeeds, "stack"> {
  const { config, problems: unread } = parseStackYaml(text);
  if (unread.length > 0)
    return { seeds: [], problems: unread.map((problem) => `${file}: ${problem}`) };
  const seeds = seedsIn(config);
  if (seeds === undefined) return { seeds: [], problems: [] };
  const problems = [...schemaProblems(onlySeeds, { seeds }), ...seedClashes(seeds)];
  if (problems.length > 0) {
    return { seeds: [], problems: problems.map((problem) => `${file}: ${words(problem)}`) };
  }
  return { seeds: seedsSchema.parse(seeds).filter(isOfArchives), problems: [] };
}

/** `pulumi config set` without `--path` writes a list as one text of JSON. */
function seedsIn(config: Record<string, unknown>): unknown {
  const value = config[key];
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function words({ path, found, allowed, hint }: Problem): string {
  return `${path}: found ${found}; allowed: ${allowed}${hint === undefined ? "" : ` (${hint})`}`;
}
