import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { stacksWithFiles } from "../config/stackFile";
import { needsOf } from "../doctor/needs/allNeeds";
import { gatherNeeds } from "../doctor/needs/gatherProject";
import type { Needs } from "../doctor/needs/render";
import { readStackThere, type RunPulumi } from "../facts/pulumi";
import { redactedText } from "../reports/preview/redacted";
import { projectFolder } from "../system/projectFolder";
import { findTool } from "../system/tools";
import { programName } from "./caller";
import { exitCodes, type ExitCode } from "./failure";

const patienceMs = 60_000;
const mostBytes = 512 * 1024 * 1024;

/** Pulumi's command in the project's folder, which obeys this process's own environment; undefined where it is not on PATH. */
function pulumiIn(cwd: string): RunPulumi | undefined {
  const pulumi = findTool("pulumi");
  if (pulumi === undefined) return undefined;
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const options = { cwd, env, maxBuffer: mostBytes, timeout: patienceMs };
  return async (...args) => {
    try {
      return { stdout: (await promisify(execFile)(pulumi, args, options)).stdout };
    } catch (error) {
      // The error's message repeats standard output, which may hold secrets.
      const { stderr = "", killed = false } = error as { stderr?: string; killed?: boolean };
      const words = redactedText(stderr.trim()).replace(/^error: /, "");
      return { problem: killed ? "pulumi gave no answer in time" : words || "pulumi failed" };
    }
  };
}

/** Whether a stack of this project has no deployment in its state, as far as anybody can tell. */
export async function isBeforeUp(stack: string): Promise<boolean> {
  const project = projectFolder();
  // A name without a file is mistyped, or another project's.
  if (!stacksWithFiles(project).includes(stack)) return false;
  const run = pulumiIn(project);
  return run === undefined || (await readStackThere(run, stack)) !== "deployed";
}

/** What a deployment of a stack needs, and how it stands with it. */
export async function needsBeforeUp(stack: string): Promise<Needs> {
  const project = projectFolder();
  const run = pulumiIn(project);
  const caller = { program: programName, flags: `--stack ${stack}`, stack };
  const needs = needsOf(await gatherNeeds({ caller, project, ...(run && { run }) }));
  return { stack, needs };
}

/** What cannot be looked at is not fine. */
export function needsExitCode({ needs }: Needs): ExitCode {
  const has = (wanted: string) => needs.some(({ state }) => state === wanted);
  if (has("missing")) return exitCodes.problems;
  return has("unseen") ? exitCodes.notReached : exitCodes.fine;
}
