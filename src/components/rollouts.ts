import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../facts/workload";

export interface RolloutArgs extends Workload {
  /** The kubeconfig context; the kubeconfig itself is the process's own. */
  context: string;
  /** The digest that was last seen behind the tag: another one restarts the workload. Undefined while none ever was. */
  digest: pulumi.Input<string | undefined>;
}

/**
 * A command that holds nothing of its own: a failure prints it whole. A workload that is not there is no failure: its own
 * deployment may come later, and will pull the new image anyway.
 */
const restart = [
  'found=$(kubectl --context "$ZOT_FLEET_CONTEXT" --namespace "$ZOT_FLEET_NAMESPACE" get "$ZOT_FLEET_WORKLOAD" --ignore-not-found --output name) || exit 1',
  'if [ -z "$found" ]; then echo "$ZOT_FLEET_NAMESPACE/$ZOT_FLEET_WORKLOAD is not there (yet)"; exit 0; fi',
  'kubectl --context "$ZOT_FLEET_CONTEXT" --namespace "$ZOT_FLEET_NAMESPACE" rollout restart "$ZOT_FLEET_WORKLOAD"',
].join("\n");

/** The first digest that is seen is another trigger, and so another command. */
const wait =
  'echo "nothing was seeded yet that $ZOT_FLEET_NAMESPACE/$ZOT_FLEET_WORKLOAD could run"';

/**
 * Restarts a workload when it is first named with an image that is there, and whenever the digest behind its image's tag
 * changes. A seeding that fails moves no tag: it restarts nothing, and neither does what mends it.
 */
export class Rollout extends local.Command {
  constructor(name: string, args: RolloutArgs, opts?: pulumi.CustomResourceOptions) {
    const { context, namespace, kind, name: workload } = args;
    const digest = pulumi.output(args.digest);
    super(
      name,
      {
        create: digest.apply((seen) => (seen === undefined ? wait : restart)),
        triggers: [digest.apply((seen) => seen ?? "")],
        environment: {
          ZOT_FLEET_CONTEXT: context,
          ZOT_FLEET_NAMESPACE: namespace,
          ZOT_FLEET_WORKLOAD: `${kind.toLowerCase()}/${workload}`,
        },
        addPreviousOutputInEnv: false,
      },
      opts,
    );
  }
}
