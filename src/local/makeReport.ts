import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import type { CheckResult } from "../checks/check";
import { runVerification } from "../checks/runVerification";
import type { ImageToSeed } from "../seeding/findImage";
import { writeAuthFile } from "./authFile";
import { resourcesOf, type DeploymentOutcome, type StateResource } from "./deployment";
import type { LocalOutputs } from "./program";
import type { FoundRegistry } from "./registryPrograms";
import type { LocalReport } from "./report";
import type { StackUse } from "./stackUse";

interface ReportParts {
  stack: Stack;
  outcome: DeploymentOutcome;
  url: string;
  found: FoundRegistry;
  images: readonly ImageToSeed[];
  use: StackUse;
  folder: string;
}

/** What the deployment did and what is true now; leaves the credentials where skopeo finds them, `auth.json`. */
export async function makeReport(parts: ReportParts): Promise<LocalReport> {
  const { stack, outcome, url, found, images, use, folder } = parts;
  const resources = await resourcesOf(stack);
  const seeds = resources.filter(({ type }) => type === "Seed");
  const outputs = await stack.outputs();
  const password = outputs["adminPassword"]?.value as LocalOutputs["adminPassword"];
  const verified = outputs["verified"]?.value as LocalOutputs["verified"] | undefined;
  if (password !== undefined) {
    writeAuthFile(join(folder, "auth.json"), new URL(url).host, "admin", password);
  }
  return {
    folder,
    registry: {
      url,
      kind: found.kind,
      version: found.version,
      ...(found.note === undefined ? {} : { note: found.note }),
    },
    ...(use.parts.length === 0 ? {} : { stack: { name: use.stack, parts: use.parts } }),
    changes: outcome.changes,
    seeded: images.map((image) => seededImage(image, seeds, outcome)),
    results: await resultsOf(resources, outcome, verified),
    ...(outcome.problem === undefined ? {} : { problem: outcome.problem }),
  };
}

function seededImage(
  { repository, tags }: ImageToSeed,
  seeds: StateResource[],
  { untouched }: DeploymentOutcome,
): LocalReport["seeded"][number] {
  const seed = seeds.find(
    ({ outputs }) =>
      outputs["repository"] === repository && (outputs["tags"] as string[])[0] === tags[0],
  );
  // A seeding that failed knows the digest of the one before.
  const { digest, action, problem } = (seed?.outputs ?? {}) as Partial<
    LocalReport["seeded"][number] & { problem: string | null }
  >;
  return {
    image: repository,
    tags: [...tags],
    digest: problem == null ? (digest ?? null) : null,
    action: seed !== undefined && untouched.has(seed.urn) ? "present" : (action ?? null),
  };
}

/**
 * The verification's own results where it ran. Where nothing changed, those in the state are of an earlier run: what is
 * true now is looked at now.
 */
async function resultsOf(
  resources: readonly StateResource[],
  outcome: DeploymentOutcome,
  verified: LocalOutputs["verified"] | undefined,
): Promise<readonly CheckResult[]> {
  const verification = resources.find(({ type }) => type === "Verification");
  if (verification !== undefined && !outcome.untouched.has(verification.urn)) {
    return verification.outputs["results"] as CheckResult[];
  }
  if (outcome.problem !== undefined || verified === undefined) return [];
  return runVerification(verified);
}
