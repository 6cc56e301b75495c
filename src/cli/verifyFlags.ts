import { resolve } from "node:path";
import type { CheckResult } from "../checks/check";
import type { ExpectedImage } from "../checks/expectations";
import type { Role } from "../zot/roles";
import { imagesSeeded } from "../checks/imagesListed";
import { registryChecks } from "../checks/allChecks";
import type { ResultFormat } from "../checks/resultFormats";
import type { VerificationRun } from "../checks/resultMetrics";
import { runChecks, type RunOptions } from "../checks/runChecks";
import { stateFacts } from "../reports/status/stateFacts";
import { parseReference } from "../images/reference";
import { readCredentials } from "./credentials";
import { CliError } from "./failure";
import { localStack } from "../local/localStack";
import { requireEngine } from "../local/findEngine";
import { projectFolder } from "../system/projectFolder";
import { refuse } from "./refuse";
import { addressOf, type RegistryFlags } from "./registryFlags";
import { readStackState, type StackStateOptions } from "./stackState";
import type { OutputFlags } from "./output";
import { verificationInputs } from "./verificationInputs";

export interface VerifyFlags extends RegistryFlags, OutputFlags<ResultFormat> {
  only?: string[];
  /** In milliseconds. */
  wait: number;
  role: Role;
  image: string[];
  writeList?: string;
  compare?: string;
}

/** What is verified, and how. */
export interface Target {
  name: string;
  /** What is known of it before it is looked at. */
  facts: Omit<VerificationRun, "endedAt" | "seconds">;
  run: (options: RunOptions) => Promise<CheckResult[]>;
}

/** @throws CliError when the flags name no one thing to verify, or what they name cannot be read */
export async function targetOf(flags: VerifyFlags): Promise<Target> {
  const { stack, local, folder, url } = flags;
  const ways = [stack !== undefined, local, url !== undefined].filter(Boolean).length;
  if (ways !== 1) throw new CliError("name what to verify by one of --stack, --local and --url");
  if (url !== undefined) return urlTarget(url, flags);
  if (stack === undefined) return stackTarget(await localStack(resolve(folder)));
  return stackTarget({ pulumi: requireEngine(), stack, cwd: projectFolder() });
}

async function stackTarget(options: StackStateOptions): Promise<Target> {
  const resources = await readStackState(options);
  const asked = verificationInputs(resources, options.stack);
  const { endpoint, apiKeys } = asked;
  const { credentials, rotation } = stateFacts(resources);
  const where = "url" in endpoint ? endpoint.url : endpoint.via;
  return {
    name: `${options.stack}, ${where}`,
    facts: { stack: options.stack, credentials, rotation, apiKeys: apiKeys?.declared ?? [] },
    run: async (runOptions) => {
      const { runVerification } = await import("../checks/runVerification.js");
      return runVerification(asked, [], runOptions);
    },
  };
}

async function urlTarget(url: string, flags: VerifyFlags): Promise<Target> {
  const address = addressOf(url, flags);
  const images = flags.image.map(expectedImage);
  const credentials = await readCredentials(flags);
  const accounts = credentials === undefined ? [] : [{ ...credentials, role: flags.role }];
  // Nobody seeded what was only named.
  const checks = registryChecks.filter((check) => check !== imagesSeeded);
  return {
    name: url,
    facts: { stack: url, credentials: [], rotation: {}, apiKeys: [] },
    run: (options) => runChecks(checks, address, { accounts, retired: [], images }, options),
  };
}

function expectedImage(value: string): ExpectedImage {
  const { registry, repository, tag, digest } = refuse(() => parseReference(value));
  if (registry !== undefined || tag === undefined) {
    throw new CliError(`--image ${value}: write repository:tag, or repository:tag@sha256:...`);
  }
  return { repository, tags: [tag], platforms: [], ...(digest === undefined ? {} : { digest }) };
}
