import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { redactedText } from "../reports/preview/redacted";
import { CliError, exitCodes } from "./failure";
import type { StackStateOptions } from "./stackState";

/**
 * A key of a stack file that Pulumi encrypts, decrypted: it stays in this process.
 *
 * @throws CliError with Pulumi's own words when it cannot be read
 */
export async function readStackSecret(options: StackStateOptions, key: string): Promise<unknown> {
  const { pulumi, stack, cwd, env = process.env, signal } = options;
  const args = ["config", "get", `zot-fleet:${key}`, "--stack", stack, "--non-interactive"];
  let text: string;
  try {
    ({ stdout: text } = await promisify(execFile)(pulumi, args, {
      cwd,
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      ...(signal === undefined ? {} : { signal }),
    }));
  } catch (error) {
    // The error's message repeats standard output.
    const { stderr = "" } = error as { stderr?: string };
    const why = redactedText(stderr.trim()) || "pulumi failed";
    throw new CliError(`zot-fleet:${key} of ${stack} cannot be read: ${why}`, exitCodes.notReached);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CliError(`zot-fleet:${key} of ${stack} is no object`);
  }
}
