import { join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentOutputs } from "./components/clusterDeployment";
import { declareRegistry, told } from "./components/declareRegistry";
import { imagesToDeploy } from "./components/imagesToDeploy";
import { ownScope } from "./components/scope";
import { warn } from "./components/todaysWords";
import { readStackConfig } from "./config/readStackConfig";
import type { StackConfig } from "./config/stack";
import { refuseLostCalls } from "./resources/engineCalls";
import { readLocks } from "./seeding/readLocks";
import { readableErrors } from "./system/readableErrors";

readableErrors();

/** The project's root, where Pulumi.yaml and stacks/ lie. */
const root = join(__dirname, "..");

/**
 * The program: a stack file with the keys that it names, the locks, the stack's own state and the named cluster in, one cluster's
 * registry out. Nothing else is looked at.
 */
async function program(): Promise<Partial<DeploymentOutputs>> {
  refuseLostCalls();
  const { config, images } = told(() => {
    const config = readStackConfig(pulumi.runtime.allConfig(), isSecret, warn);
    return { config, images: imagesToDeploy(config.seeds, readLocks(root), config) };
  });
  const {
    namespace: _,
    digests: __,
    ...outputs
  } = await declareRegistry({ ...config, chart: seenFromHere(config.chart) }, images, ownScope);
  return outputs;
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

/** Outputs that are undefined would be warned of. */
export = async () =>
  Object.fromEntries(Object.entries(await program()).filter(([, value]) => value !== undefined));
