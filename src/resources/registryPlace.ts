import * as pulumi from "@pulumi/pulumi";
import type { RegistryPlaceInputs } from "./registryPlaceProvider";
import { shell } from "./shell.cjs";

const provider = shell("registryPlace");

export type RegistryPlaceArgs = {
  [Key in keyof Omit<RegistryPlaceInputs, "own">]: pulumi.Input<RegistryPlaceInputs[Key]>;
};

/** Where a registry stands in its cluster: what never moves once images are there, and whether its namespace is its own. */
export class RegistryPlace extends pulumi.dynamic.Resource {
  /** Whether the namespace was made for the registry. Known in previews: the provider's check finds it. */
  declare readonly own: pulumi.Output<boolean>;

  constructor(name: string, args: RegistryPlaceArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, own: undefined }, opts, "zot-fleet", "RegistryPlace");
  }
}
