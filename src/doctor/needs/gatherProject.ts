import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isOfArchives } from "../../config/seeds";
import { sourceNamed } from "../../config/sources";
import { ConfigError } from "../../config/problem";
import { readStackConfig } from "../../config/readStackConfig";
import { stackSchema } from "../../config/stack";
import { readStackFile } from "../../config/stackFile";
import {
  findLanguageHost,
  packageVersion,
  readBackend,
  readPlugins,
  readSecretsProblem,
  readStackThere,
  readStackValues,
  type RunPulumi,
} from "../../facts/pulumi";
import { readTool } from "../../facts/toolVersion";
import { emptyLock, lockFile, parseLock } from "../../seeding/lock";
import { lockedSeed } from "../../seeding/lockedSeed";
import { promotedImages } from "../../seeding/promoted";
import { noReleases, parseReleases, releasesFile } from "../../seeding/releases";
import { inProject } from "../../system/projectFolder";
import { findTool } from "../../system/tools";
import { UserError } from "../../system/userError";
import type { Caller } from "../snapshot";
import { absentArchives, lookOutside } from "./gather";
import type { Declared, PulumiFacts, Seen, Situation, StackFileFacts } from "./situation";

const asked = stackSchema.pick({
  cluster: true,
  registry: true,
  chart: true,
  seeds: true,
  sources: true,
  pullSecrets: true,
  endpoint: true,
  monitoring: true,
  apiKeys: true,
});

/** Whose deployment is looked at, and with what. */
export interface NeedsQuestion {
  caller: Caller & { stack: string };
  /** The folder with Pulumi.yaml. */
  project: string;
  /** Absent where Pulumi's command is not on PATH. */
  run?: RunPulumi;
}

/** Looks at everything that a deployment of a stack needs. What cannot be looked at is told as such. */
export async function gatherNeeds({ caller, project, run }: NeedsQuestion): Promise<Situation> {
  const { stack } = caller;
  const stackFile = join("stacks", `Pulumi.${stack}.yaml`);
  const { engines, dependencies } = packageOf();
  const [pulumi, skopeo, kubectl] = await Promise.all([
    run && readPulumi(run, stack, join(project, stackFile)),
    readTool("skopeo", "--version"),
    readTool("kubectl", "version", "--client", "-o", "json"),
  ]);
  const config = await readConfig(project, stack, pulumi === undefined ? undefined : run);
  const { declared } = config;
  const rollsOut = declared?.seeds.some(({ rollouts }) => rollouts.length > 0) ?? false;
  return {
    caller,
    stackFile,
    node: { version: process.versions.node, wanted: engines.node },
    wantedPulumi: dependencies["@pulumi/pulumi"] ?? "*",
    ...(pulumi && { pulumi }),
    downloadsPlugins: !process.env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"],
    plugins: ["kubernetes", ...(rollsOut ? ["command"] : [])].map((name) => {
      const version = packageVersion(project, `@pulumi/${name}`);
      const onPath = findTool(`pulumi-resource-${name}`) !== undefined;
      return { name, onPath, ...(version === undefined ? {} : { version }) };
    }),
    ...(skopeo && { skopeo }),
    ...(kubectl && { kubectl }),
    config,
    seeds: readSeeds(project, declared),
    ...(await lookOutside(declared)),
  };
}

/** Of this package, from `src` and from `dist`. */
const packageOf = () =>
  JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8")) as {
    engines: { node: string };
    dependencies: Record<string, string>;
  };

async function readPulumi(
  run: RunPulumi,
  stack: string,
  stackFile: string,
): Promise<PulumiFacts | undefined> {
  const tool = await readTool("pulumi", "version");
  if (tool === undefined) return undefined;
  const [backend, there, plugins] = await Promise.all([
    readBackend(run),
    readStackThere(run, stack),
    readPlugins(run),
  ]);
  const secretsProblem: Seen<string | undefined> = !existsSync(stackFile)
    ? { unseen: "there is no stack file" }
    : there === "none" || typeof there === "object"
      ? { unseen: "the stack is not there, or cannot be read" }
      : { found: await readSecretsProblem(run, stack, stackFile) };
  const runsNode = findLanguageHost(tool.path) !== undefined;
  return { tool, backend, stack: there, secretsProblem, runsNode, plugins };
}

async function readConfig(
  project: string,
  stack: string,
  run: RunPulumi | undefined,
): Promise<StackFileFacts> {
  let declared: Declared;
  try {
    declared = readStackFile(project, stack, asked);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { problem: error.message };
  }
  if (run === undefined) return { declared, unread: "pulumi is not on PATH" };
  const all = await readStackValues(run, stack);
  if ("problem" in all) return { declared, unread: all.problem };
  try {
    readStackConfig(all.values, (key) => all.secret.has(key));
    return { declared };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { declared, problem: error.message };
  }
}

function readSeeds(project: string, declared: Declared | undefined): Situation["seeds"] {
  if (declared === undefined) return { unseen: "the stack file cannot be read" };
  const textOf = (file: string) => {
    const path = join(project, file);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  const { seeds, sources } = declared;
  try {
    const [archives, promoted] = [textOf(lockFile), textOf(releasesFile)];
    const lock = archives === undefined ? emptyLock : parseLock(archives);
    const releases = promoted === undefined ? noReleases : parseReleases(promoted);
    const unlocked = seeds.flatMap((seed) => {
      if (isOfArchives(seed)) {
        const answer = lockedSeed(lock, seed);
        return "problem" in answer ? [answer.problem] : [];
      }
      const found = sourceNamed({ sources }, seed.from ?? "");
      if (found === undefined) return [`${seed.image}: ${seed.from ?? ""} is no source`];
      const answer = promotedImages(releases, seed, found.source);
      return "problem" in answer ? [answer.problem] : [];
    });
    return { found: { unlocked, absent: absentArchives(seeds, inProject) } };
  } catch (error) {
    return { unseen: error instanceof Error ? error.message : String(error) };
  }
}
