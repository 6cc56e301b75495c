import * as pulumi from "@pulumi/pulumi";
import type { RotationInputs } from "./rotationProvider";
import { shell } from "./shell.cjs";

const provider = shell("rotation");

export type RotationArgs = { [Key in keyof RotationInputs]: pulumi.Input<RotationInputs[Key]> };

/** The generation of the machine accounts: jumps and steps back are refused once it stands. */
export class Rotation extends pulumi.dynamic.Resource {
  constructor(name: string, args: RotationArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args }, opts, "zot-fleet", "Rotation");
  }
}
