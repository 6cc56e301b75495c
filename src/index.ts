import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { deployToCluster, type DeploymentOutputs } from "./components/clusterDeployment";
import { gatewayWarnings } from "./components/findGateways";
import {
  findRelease,
  releaseProblem,
  releaseWarnings,
  type FoundRelease,
} from "./components/findRelease";
import { imagesToDeploy } from "./components/imagesToDeploy";
import { previousDeployment } from "./components/previousDeployment";
import { refuseWeakPassword, weakPasswordWarnings } from "./config/accounts";
import { seedsOfMovingTagsWarnings, refuseSeedsOfMovingTags } from "./config/seedsOfMovingTags";
import { readStackConfig } from "./config/readStackConfig";
import { refuseLostGeneration, rotationWarnings } from "./config/rotation";
import type { StackConfig } from "./config/stack";
import {
  adoptionWarnings,
  nameWarnings,
  stackWarnings,
  storageWarnings,
  tokenWarnings,
} from "./config/warnings";
import { refuseLostCalls } from "./resources/engineCalls";
import { emptyLock, lockFile, parseLock, type SeedLock } from "./seeding/lock";
import { noReleases, parseReleases, releasesFile, type ReleaseLock } from "./seeding/releases";
import { readSigningKey } from "./seeding/signingKey";
import { readableErrors } from "./system/readableErrors";

readableErrors();

/** The project's root, where Pulumi.yaml and stacks/ lie. */
const root = join(__dirname, "..");

/**
 * The program: a stack file with the keys that it names, the locks, the stack's own state and the named cluster in, one cluster's
 * registry out. Nothing else is looked at.
 */
async function program(): Promise<DeploymentOutputs> {
  refuseLostCalls();
  const { config, images } = told(() => {
    const config = readStackConfig(pulumi.runtime.allConfig(), isSecret);
    return {
      config,
      images: imagesToDeploy(config.seeds, readLock(), {
        ...config,
        releases: readReleases(),
        readKey: (path) => readSigningKey(root, path),
      }),
    };
  });
  const { cluster, registry } = config;
  // What a preview alone looks at; nothing that is declared waits for it.
  const looking = pulumi.runtime.isDryRun() ? gatewayWarnings(config) : Promise.resolve([]);
  const [previous, seen] = await Promise.all([
    previousDeployment(),
    findRelease(cluster.context, registry.namespace),
  ]);
  const found = { ...seen, inState: previous.release === true };
  told(() => {
    refuseLostGeneration(config, previous);
    refuseSeedsOfMovingTags(config, previous.existing);
    refuseWeakPassword(config, previous.existing);
    refuseSomebodyElse(found);
  });
  const warnings = [
    ...stackWarnings(config),
    ...rotationWarnings(config, previous),
    ...seedsOfMovingTagsWarnings(config, previous.existing),
    ...nameWarnings(config, previous.hosts),
    ...adoptionWarnings(config, previous.existing),
    ...storageWarnings(config, previous.storage),
    ...tokenWarnings(config, previous.serviceAccount),
    ...weakPasswordWarnings(config, previous.existing),
    ...releaseWarnings(found),
  ];
  for (const warning of warnings) void pulumi.log.warn(warning);
  const outputs = deployToCluster(
    { ...config, chart: seenFromHere(config.chart) },
    images,
    previous,
    found,
  );
  for (const warning of await looking) void pulumi.log.warn(warning);
  return outputs;
}

/** A preview tells it, among what it finds; nothing is begun beside somebody who is at the release. */
function refuseSomebodyElse(found: FoundRelease): void {
  const problem = releaseProblem(found);
  if (problem !== undefined && !pulumi.runtime.isDryRun()) throw new Error(problem);
}

/**
 * A chart at a relative path is named from the project's root and looked up from this folder, where Pulumi runs its plugins.
 * The path stays relative: an absolute one would be a change in every other checkout.
 */
function seenFromHere(chart: StackConfig["chart"]): StackConfig["chart"] {
  const { source } = chart;
  if (!source.startsWith(".")) return chart;
  return { ...chart, source: relative(__dirname, join(root, source)) };
}

/** Whether the stack file encrypts a key: the SDK knows, and its types do not say so. */
function isSecret(key: string): boolean {
  const runtime = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  return runtime.isConfigSecret?.(key) ?? false;
}

function readLock(): SeedLock {
  const path = join(root, lockFile);
  return existsSync(path) ? parseLock(readFileSync(path, "utf8")) : emptyLock;
}

function readReleases(): ReleaseLock {
  const path = join(root, releasesFile);
  return existsSync(path) ? parseReleases(readFileSync(path, "utf8")) : noReleases;
}

/** What a person can mend is shown as it is, without a trace of the program, before anything is declared. */
function told<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new pulumi.RunError(error instanceof Error ? error.message : String(error));
  }
}

/** Outputs that are undefined would be warned of. */
export = async () =>
  Object.fromEntries(Object.entries(await program()).filter(([, value]) => value !== undefined));
