import * as pulumi from "@pulumi/pulumi";
import type { ReleaseRepairInputs } from "./releaseRepairProvider";
import { shell } from "./shell.cjs";

const provider = shell("releaseRepair");

export type ReleaseRepairArgs = {
  [Key in keyof Omit<ReleaseRepairInputs, "repair">]: pulumi.Input<ReleaseRepairInputs[Key]>;
};

/** Stands before a Helm release and repairs what keeps Helm from upgrading it. */
export class ReleaseRepair extends pulumi.dynamic.Resource {
  /** What was repaired last, in words; empty until something was. */
  declare readonly repair: pulumi.Output<string>;

  constructor(name: string, args: ReleaseRepairArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, repair: undefined }, opts, "zot-fleet", "ReleaseRepair");
  }
}
