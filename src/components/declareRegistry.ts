import * as pulumi from "@pulumi/pulumi";
import { refuseWeakPassword, weakPasswordWarnings } from "../config/accounts";
import { refuseLostGeneration, rotationWarnings } from "../config/rotation";
import { refuseSeedsOfMovingTags, seedsOfMovingTagsWarnings } from "../config/seedsOfMovingTags";
import {
  adoptionWarnings,
  nameWarnings,
  stackWarnings,
  storageWarnings,
  tokenWarnings,
} from "../config/warnings";
import { deployToCluster, type DeploymentOutputs } from "./clusterDeployment";
import type { DeploymentConfig } from "./deploymentConfig";
import { gatewayWarnings } from "./findGateways";
import { monitoringProblem } from "./findMonitoring";
import { findRelease, releaseProblem, releaseWarnings, type FoundRelease } from "./findRelease";
import { previousDeployment } from "./previousDeployment";
import type { Scope } from "./scope";
import type { ImageToDeploy } from "./seededImages";

/**
 * Looks at the stack's own state and at the named cluster, refuses and warns, and declares one cluster's registry.
 *
 * @throws RunError for what a person can mend, before anything is declared
 */
export async function declareRegistry(
  config: DeploymentConfig,
  images: readonly ImageToDeploy[],
  scope: Scope,
): Promise<DeploymentOutputs> {
  const { cluster, registry } = config;
  // What a preview alone looks at; nothing that is declared waits for it.
  const looking = pulumi.runtime.isDryRun() ? gatewayWarnings(config) : Promise.resolve([]);
  const [previous, seen, unknownKind] = await Promise.all([
    previousDeployment(scope),
    findRelease(cluster.context, registry.namespace),
    monitoringProblem(config),
  ]);
  const found = { ...seen, inState: previous.release === true };
  // Of a password that is known later only, nobody could tell.
  const { adminPassword } = config;
  const plain = typeof adminPassword === "string" ? { adminPassword } : {};
  told(() => {
    refuseLostGeneration(config, previous);
    refuseSeedsOfMovingTags(config, previous.existing);
    refuseWeakPassword(plain, previous.existing);
    refuseSomebodyElse(found);
    if (unknownKind !== undefined) throw new Error(unknownKind);
  });
  const warnings = [
    ...stackWarnings(config),
    ...rotationWarnings(config, previous),
    ...seedsOfMovingTagsWarnings(config, previous.existing),
    ...nameWarnings(config, previous.hosts),
    ...adoptionWarnings(config, previous.existing),
    ...storageWarnings(config, previous.storage),
    ...tokenWarnings(config, previous.serviceAccount),
    ...weakPasswordWarnings(plain, previous.existing),
    ...releaseWarnings(found),
  ];
  for (const warning of warnings) void pulumi.log.warn(warning);
  const outputs = deployToCluster(config, images, previous, found, scope);
  for (const warning of await looking) void pulumi.log.warn(warning);
  return outputs;
}

/** A preview tells it, among what it finds; nothing is begun beside somebody who is at the release. */
function refuseSomebodyElse(found: FoundRelease): void {
  const problem = releaseProblem(found);
  if (problem !== undefined && !pulumi.runtime.isDryRun()) throw new Error(problem);
}

/** What a person can mend is shown as it is, without a trace of the program, before anything is declared. */
export function told<T>(read: () => T, begin = ""): T {
  try {
    return read();
  } catch (error) {
    throw new pulumi.RunError(begin + (error instanceof Error ? error.message : String(error)));
  }
}
