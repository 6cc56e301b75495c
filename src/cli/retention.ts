import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { Command, Option } from "commander";
import { kubernetesReader } from "../cluster/kubernetes";
import { podLog } from "../facts/podLog";
import { readRegistryPods } from "../facts/registryObjects";
import { linesByTime } from "../facts/zotLog";
import { retentionProblems, seededTags } from "../config/retention";
import type { SeedConfig } from "../config/seeds";
import { stackSchema } from "../config/stack";
import { releaseOf, type ReleaseLock } from "../seeding/releases";
import { retentionPlan } from "../zot/retention/plan";
import {
  retentionConfig,
  type RetentionConfig,
  type SeededTags,
} from "../zot/retention/retentionConfig";
import { sweptTags } from "../zot/retention/sweepLog";
import { CliError, exitCodes } from "./failure";
import { save } from "./output";
import { planFormats } from "./retentionFormats";
import { projectFolder } from "../system/projectFolder";
import { readReleases } from "../seeding/readLocks";
import { readStackFile } from "../config/stackFile";

interface RetentionFlags {
  stack: string;
  log?: string;
  all: boolean;
  output: keyof typeof planFormats;
  report?: string;
}

/** A registry of many tags writes a line for each, among a line for each request. */
const mostLines = 200_000;

/** `retention`: what the rules of a stack file would delete. */
export function retentionCommand(): Command {
  return new Command("retention")
    .description(
      "Shows which tags the retention rules of a stack file would delete, by the times that Zot wrote into its log at its last sweep; deletes nothing. Exit codes: 0 fine, 2 a wrong call or bad input, 3 the log was not reached, or tells nothing.",
    )
    .requiredOption("-s, --stack <name>", "the stack whose file has the rules, in force or not yet")
    .option("--log <file>", "Zot's log; - reads it from standard input. Default: that of its pods")
    .option("--all", "show the tags that stay, too", false)
    .addOption(
      new Option("-o, --output <format>", "how to tell it")
        .choices(Object.keys(planFormats))
        .default("table"),
    )
    .option("--report <file>", "write it as Markdown to a file as well")
    .addHelpText(
      "after",
      `
Examples:
  retention --stack ottawa
  retention --stack ottawa --all -o markdown
  kubectl logs -n zot zot-0 | npm run --silent fleet -- retention --stack ottawa --log -`,
    )
    .action(async (flags: RetentionFlags) => {
      await retention(flags);
      process.exitCode = exitCodes.fine;
    });
}

async function retention(flags: RetentionFlags): Promise<void> {
  const { config, cluster, registry } = readRules(flags.stack);
  const pods = () => podLogs(cluster.context, registry.namespace);
  const swept = sweptTags(flags.log === undefined ? await pods() : await readLog(flags.log));
  if (swept.length === 0)
    throw new CliError(
      [
        "Zot's log tells of no tags. It names those that a rule in force reaches, at its first sweep after it started and then",
        "every gcInterval, where zot.logLevel is info or debug. Deploy the rules first: with dryRun, the default, they delete",
        "nothing. A log that was rotated since, or that cannot be read from here: give it by --log.",
      ].join("\n"),
      exitCodes.notReached,
    );
  const plan = {
    dryRun: config.dryRun,
    all: flags.all,
    repositories: retentionPlan(config, swept, Date.now()),
  };
  process.stdout.write(planFormats[flags.output](plan));
  if (flags.report !== undefined) save(flags.report, planFormats.markdown(plan));
}

/** Each of several pods sweeps by itself, and a repository's last sweep may have been any one's: the lines, as they were written. */
async function podLogs(context: string, namespace: string): Promise<string> {
  const pods = await readRegistryPods(await kubernetesReader(context), namespace, {});
  const logs = await Promise.all(
    pods.map(({ name }) => podLog(context, namespace, name, mostLines)),
  );
  const [only = "", ...others] = logs;
  return others.length === 0 ? only : linesByTime(logs).join("\n");
}

function readRules(stack: string) {
  const asked = stackSchema.pick({
    cluster: true,
    registry: true,
    zot: true,
    seeds: true,
    upstreams: true,
    retention: true,
  });
  const project = projectFolder();
  const file = readStackFile(project, stack, asked, retentionProblems);
  const config: RetentionConfig | undefined = retentionConfig({
    version: file.zot.version,
    retention: file.retention,
    upstreams: file.upstreams,
    seeds: [...seededTags(file.seeds), ...cosignTags(file.seeds, readReleases(project))],
  });
  if (config === undefined)
    throw new CliError(`${stack} has no retention, so that every tag stays`);
  return { ...file, config };
}

/** What cosign keeps beside promoted images, which no rule deletes either. */
const cosignTags = (seeds: readonly SeedConfig[], releases: ReleaseLock): SeededTags[] =>
  seeds.flatMap(({ image, tags, from }) =>
    from === undefined
      ? []
      : tags.flatMap((tag) => {
          const { cosignTags = [] } = releaseOf(releases, from, image, tag) ?? {};
          return cosignTags.length === 0
            ? []
            : [{ repository: image, tags: cosignTags.map((each) => each.tag) }];
        }),
  );

function readLog(file: string): Promise<string> {
  return file === "-"
    ? text(process.stdin)
    : Promise.resolve().then(() => {
        try {
          return readFileSync(file, "utf8");
        } catch (error) {
          throw new CliError(error instanceof Error ? error.message : String(error));
        }
      });
}
