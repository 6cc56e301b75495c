import type { DeploymentPatchArgs } from "@pulumi/kubernetes/apps/v1/deploymentPatch";
import * as pulumi from "@pulumi/pulumi";
import { chartNames } from "../zot/chartValues";
import { drainSeconds } from "./sharedStorage";

/** Seconds for what is under way when a pod has drained: Zot ends at once when it is told to. */
const afterDrain = 30;

/** Seconds that a new pod has to stay ready before an old one goes: a gateway hears of it a little later. */
const settled = 5;

const repairedAnnotation = "zot-fleet/repaired";

/**
 * What the chart cannot be told: that a pod serves on while gateways hear of its end. It is a patch of the chart's Deployment, which
 * outlives Helm's upgrades, since Helm leaves fields alone that no chart of it ever set.
 *
 * @param repair what was repaired of the release: a Deployment that was made anew has lost the patch, which is written again then
 */
export function drainArgs(
  namespace: string,
  drain?: string,
  repair: pulumi.Input<string> = "",
): DeploymentPatchArgs {
  const seconds = drainSeconds(drain);
  const repaired = pulumi
    .output(repair)
    .apply((text): Record<string, string> => (text === "" ? {} : { [repairedAnnotation]: text }));
  return {
    metadata: {
      name: chartNames.deployment,
      namespace,
      annotations: repaired.apply((more) => ({ "pulumi.com/patchForce": "true", ...more })),
    },
    spec: {
      minReadySeconds: settled,
      template: {
        spec: {
          terminationGracePeriodSeconds: seconds + afterDrain,
          containers: [
            { name: chartNames.container, lifecycle: { preStop: { sleep: { seconds } } } },
          ],
        },
      },
    },
  };
}
