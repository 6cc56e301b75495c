import * as pulumi from "@pulumi/pulumi";
import type { ClusterGuardInputs } from "./clusterGuardProvider";
import { shell } from "./shell.cjs";

const provider = shell("clusterGuard");

export type ClusterGuardArgs = {
  [Key in keyof ClusterGuardInputs]: pulumi.Input<ClusterGuardInputs[Key]>;
};

/** Binds a stack to its cluster: what depends on it is neither previewed nor deployed to another one. */
export class ClusterGuard extends pulumi.dynamic.Resource {
  /** The cluster's name, as the state has it. */
  declare readonly cluster: pulumi.Output<string>;

  constructor(name: string, args: ClusterGuardArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args }, opts, "zot-fleet", "ClusterGuard");
  }
}
