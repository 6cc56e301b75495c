import * as pulumi from "@pulumi/pulumi";
import type { RecordedGenerations } from "../zot/generations";
import { shell } from "./shell.cjs";

const provider = shell("rotation");

export type RotationArgs = {
  [Key in keyof RecordedGenerations]: pulumi.Input<RecordedGenerations[Key]>;
};

/** The generations of the machine accounts, as far as a deployment came with them. */
export class Rotation extends pulumi.dynamic.Resource {
  constructor(name: string, args: RotationArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args }, opts, "zot-fleet", "Rotation");
  }
}
