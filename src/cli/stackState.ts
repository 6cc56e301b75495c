import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { redactedText } from "../reports/preview/redacted";
import type { StateResource } from "../reports/status/stateFacts";
import { CliError, exitCodes } from "./failure";

export interface StackStateOptions {
  /** Pulumi's command. */
  pulumi: string;
  stack: string;
  /** The folder with Pulumi.yaml. */
  cwd: string;
  /** Pulumi's whole environment. @default this process's own, for a state that is kept where its people say */
  env?: NodeJS.ProcessEnv;
  /** Ends the reading. */
  signal?: AbortSignal;
}

/** There is no such stack where Pulumi keeps its states. */
export class NoStackError extends CliError {}

interface ExportedStack {
  deployment?: { resources?: StateResource[] };
}

const mostStateBytes = 512 * 1024 * 1024;

/**
 * The resources in a stack's state, their secrets decrypted: they stay in this process, whose output must not show them.
 *
 * @throws NoStackError where there is none; CliError with Pulumi's own words when it cannot be read
 */
export async function readStackState(options: StackStateOptions): Promise<StateResource[]> {
  const { pulumi, stack, cwd, env = process.env, signal } = options;
  const args = ["stack", "export", "--show-secrets", "--non-interactive", "--stack", stack];
  let text: string;
  try {
    ({ stdout: text } = await promisify(execFile)(pulumi, args, {
      cwd,
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      maxBuffer: mostStateBytes,
      ...(signal === undefined ? {} : { signal }),
    }));
  } catch (error) {
    // The error's message repeats standard output, where the state is.
    const { stderr = "" } = error as { stderr?: string };
    const why = signal?.aborted ? "pulumi gave no answer in time" : redactedText(stderr.trim());
    const words = `the state of ${stack} cannot be read: ${why || "pulumi failed"}`;
    throw why.includes("no stack named")
      ? new NoStackError(words)
      : new CliError(words, exitCodes.notReached);
  }
  const { deployment } = parsed(text) as ExportedStack;
  return (deployment?.resources ?? []).map((resource) => reveal(resource) as StateResource);
}

/** How Pulumi marks a secret in a state (sdk/go/common/resource/sig.go). */
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A value without the marks of its secrets. */
function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Record<string, unknown>;
  if (fields[signature] === secretSignature) {
    const { plaintext } = fields;
    if (typeof plaintext !== "string") {
      throw new CliError("pulumi left a secret of the state encrypted", exitCodes.notReached);
    }
    return reveal(parsed(plaintext));
  }
  return Object.fromEntries(Object.entries(fields).map(([key, each]) => [key, reveal(each)]));
}

/** The parser's own message quotes the text, and with it a secret. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CliError("pulumi wrote a state that is no JSON");
  }
}
