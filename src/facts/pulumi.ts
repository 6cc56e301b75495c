import { createRequire } from "node:module";
import { copyFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { withPrivateDirectory } from "../system/privateDirectory";
import { findTool } from "../system/tools";

/** Runs Pulumi's command; a failure is told in Pulumi's own words, without a credential. */
export type RunPulumi = (...args: string[]) => Promise<{ stdout: string } | { problem: string }>;

/** What a stack's state has; `none` where there is no such stack, `unknown` where nobody can tell. */
export type StackThere = "deployed" | "empty" | "none" | { unknown: string };

const verification = "pulumi-nodejs:dynamic/zot-fleet:Verification";

const exported = z.looseObject({
  deployment: z
    .looseObject({ resources: z.array(z.looseObject({ type: z.string() })).optional() })
    .nullish(),
});

/** Whether a stack was deployed by this program: by its state, of which no secret is read. */
export async function readStackThere(run: RunPulumi, stack: string): Promise<StackThere> {
  const answer = await run("stack", "export", "--stack", stack, "--non-interactive");
  if ("problem" in answer)
    return answer.problem.includes("no stack named") ? "none" : { unknown: answer.problem };
  const { data } = exported.safeParse(jsonOf(answer.stdout));
  if (data === undefined) return { unknown: "pulumi stack export gives no state" };
  const resources = data.deployment?.resources ?? [];
  return resources.some(({ type }) => type === verification) ? "deployed" : "empty";
}

const whoami = z.looseObject({ user: z.string(), url: z.string() });

/** Where Pulumi keeps states, and as whom: without what an address may hold besides. */
export async function readBackend(
  run: RunPulumi,
): Promise<{ user: string; url: string } | { problem: string }> {
  const answer = await run("whoami", "--json", "--non-interactive");
  if ("problem" in answer) return answer;
  const { data } = whoami.safeParse(jsonOf(answer.stdout));
  if (data === undefined) return { problem: "pulumi whoami does not tell" };
  const url = data.url.replace(/\/\/[^/@]*@/, "//").replace(/[?#].*$/, "");
  return { user: data.user, url };
}

/**
 * Why secrets of a stack can be neither encrypted nor read; undefined where they can. Encrypts a word of no meaning into a copy of
 * the stack file: a passphrase is looked at only where there is something to do with it.
 */
export function readSecretsProblem(
  run: RunPulumi,
  stack: string,
  stackFile: string,
): Promise<string | undefined> {
  return withPrivateDirectory(async (directory) => {
    const copy = join(directory, "stack.yaml");
    copyFileSync(stackFile, copy);
    const set = ["config", "set", "--secret", "--config-file", copy];
    const probe = ["zot-fleet:probe", "probe", "--stack", stack, "--non-interactive"];
    const answer = await run(...set, ...probe);
    return "problem" in answer ? answer.problem : undefined;
  });
}

/** A stack's configuration as a program gets it, secrets decrypted. */
export interface StackValues {
  values: Record<string, string>;
  secret: ReadonlySet<string>;
}

const values = z.record(z.string(), z.looseObject({ value: z.string(), secret: z.boolean() }));

/** Reads all keys of a stack file: what is secret stays in this process. */
export async function readStackValues(
  run: RunPulumi,
  stack: string,
): Promise<StackValues | { problem: string }> {
  const all = ["config", "--json", "--show-secrets", "--stack", stack, "--non-interactive"];
  const answer = await run(...all);
  if ("problem" in answer) return answer;
  const { data } = values.safeParse(jsonOf(answer.stdout));
  if (data === undefined) return { problem: "pulumi config tells no values" };
  const entries = Object.entries(data);
  return {
    values: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
    secret: new Set(entries.filter(([, { secret }]) => secret).map(([key]) => key)),
  };
}

const plugins = z.array(
  z.looseObject({ name: z.string(), kind: z.string(), version: z.string().nullish() }),
);

/** The versions of the resource plugins that Pulumi keeps, by name. */
export async function readPlugins(run: RunPulumi): Promise<Map<string, string[]>> {
  const answer = await run("plugin", "ls", "--json");
  const { data = [] } = "stdout" in answer ? plugins.safeParse(jsonOf(answer.stdout)) : {};
  const found = new Map<string, string[]>();
  for (const { name, kind, version } of data)
    if (kind === "resource" && version != null)
      found.set(name, [...(found.get(name) ?? []), version]);
  return found;
}

/**
 * What runs programs on Node: on PATH, or beside Pulumi's command, with which it is released; undefined where it is in neither place.
 * Pulumi downloads no language host.
 */
export function findLanguageHost(command: string, path?: string): string | undefined {
  const name = "pulumi-language-nodejs";
  return findTool(name, path) ?? findTool(name, dirname(realpathSync(command)));
}

/** The version of a package as the program in `project` loads it, which is that of its plugin; undefined where it is not installed. */
export function packageVersion(project: string, name: string): string | undefined {
  try {
    const { version } = createRequire(join(project, "_"))(`${name}/package.json`) as {
      version: string;
    };
    return version;
  } catch {
    return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
