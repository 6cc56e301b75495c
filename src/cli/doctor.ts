import { text } from "node:stream/consumers";
import { Command } from "commander";
import { diagnose } from "../doctor/diagnose";
import { gather, type Complaint } from "../doctor/gather";
import { diagnosisFormats, isUnexplained, seenIn } from "../doctor/render";
import { parseReference } from "../images/reference";
import { needsFormats } from "../doctor/needs/render";
import { isBeforeUp, needsBeforeUp, needsExitCode } from "./beforeUp";
import { callerOf } from "./caller";
import { CliError, exitCodes, type ExitCode } from "./failure";
import { refuse } from "./refuse";
import { lookedAt, withRegistryFlags, type LookedAt, type RegistryFlags } from "./registryFlags";
import { print, withOutputFlags, type OutputFlags } from "./output";
import { showDoing } from "./terminal";

interface DoctorFlags extends RegistryFlags, OutputFlags<keyof typeof diagnosisFormats> {
  context?: string;
  pod?: string;
  error?: string;
  beforeUp: boolean;
}

/** `doctor`: from a symptom to its cause. */
export function doctorCommand(): Command {
  const command = new Command("doctor")
    .description(
      "Finds why a pull or a push fails: the most likely cause first, with evidence, fix and command. Of a stack that was not deployed yet it tells what its deployment needs, and the fix of what is missing. Changes nothing. Exit codes: 0 fine, 1 something found, 2 a wrong call or bad input, 3 not reached, or not all of it.",
    )
    .argument("[image]", "an image that cannot be pulled: host/repository:tag, or repository:tag")
    .option("--pod <namespace/name>", "a pod that does not start")
    .option("--error <text>", "what a push or a pull ended with; - reads it from standard input")
    .option("--context <name>", "the kubeconfig context of a cluster that pulls from the registry")
    .option("--before-up", "with --stack: what a deployment needs, also of a deployed one", false);
  return withOutputFlags(withRegistryFlags(command), diagnosisFormats)
    .addHelpText(
      "after",
      `
Examples:
  doctor --stack ottawa                                   looks for trouble in the registry and its cluster; before the
                                                          first up, at what it needs
  doctor --stack ottawa --pod openclaw/web-6c9f           why this pod does not start
  doctor oci.killinit.cc/openclaw/openclaw:v9 --context ottawa
  skopeo copy … 2> error.txt; doctor --local --error - < error.txt
  doctor --stack ottawa --report registry-check.md

"explain ZD205" tells more about a cause.`,
    )
    .action(async (image: string | undefined, flags: DoctorFlags) => {
      process.exitCode = await doctor(image, flags);
    });
}

async function doctor(image: string | undefined, flags: DoctorFlags): Promise<ExitCode> {
  const { pod, error, stack, beforeUp } = flags;
  if (beforeUp && stack === undefined) throw new CliError("--before-up needs --stack");
  const isAsked = image !== undefined || pod !== undefined || error !== undefined;
  if (beforeUp && isAsked) throw new CliError("--before-up goes with no image, --pod and --error");
  const alone = stack !== undefined && !isAsked && !flags.local && flags.url === undefined;
  showDoing("finding out what was deployed");
  if (alone && (beforeUp || (await isBeforeUp(stack)))) {
    showDoing("looking at what a deployment needs");
    const needs = await needsBeforeUp(stack);
    print(needs, needsFormats, flags);
    return needsExitCode(needs);
  }
  if (pod !== undefined && !/^[^/]+\/[^/]+$/.test(pod))
    throw new CliError(`--pod ${pod}: write namespace/name`);
  if (error === "-" && flags.passwordStdin)
    throw new CliError("standard input holds either the password or the error");
  const named = image === undefined ? undefined : refuse(() => parseReference(image));
  const looked = await lookedAt(flags, named?.registry);
  const context = flags.context ?? looked.cluster?.context;
  if (pod !== undefined && context === undefined)
    throw new CliError("--pod needs its cluster: --stack or --context");
  const host = named?.registry ?? hostOf(looked);
  const url = "url" in looked.endpoint ? looked.endpoint.url : `https://${host}`;
  showDoing(`looking at ${url}${context === undefined ? "" : ` and the cluster ${context}`}`);
  const snapshot = await gather({
    caller: callerOf(flags, url),
    endpoint: looked.endpoint,
    host,
    ...(looked.credentials && { credentials: looked.credentials }),
    ...(context === undefined ? {} : { context }),
    ...(looked.cluster && { registry: looked.cluster }),
    ...(looked.seeds && { seeds: looked.seeds }),
    ...(pod === undefined ? {} : { pod }),
    ...(named && {
      image: {
        repository: named.repository,
        reference: named.digest ?? named.tag ?? "latest",
      },
    }),
    ...(error === undefined
      ? {}
      : { errorText: error === "-" ? await text(process.stdin) : error }),
  } satisfies Complaint);
  const findings = diagnose(snapshot);
  const unexplained = isUnexplained(snapshot, findings);
  print({ findings, seen: seenIn(snapshot), unexplained }, diagnosisFormats, flags);
  if (findings.length > 0 || unexplained) return exitCodes.problems;
  // Without an answer nothing was looked at that could be called fine.
  const { reach } = snapshot.registry;
  return "status" in reach && reach.status < 500 ? exitCodes.fine : exitCodes.notReached;
}

/** As images name the registry: by the stack's host, else by the address. */
function hostOf({ cluster, endpoint }: LookedAt): string {
  if (cluster !== undefined) return cluster.host;
  return "url" in endpoint ? new URL(endpoint.url).host : endpoint.service;
}
