import * as pulumi from "@pulumi/pulumi";
import type { DeepInput } from "./deepInput";
import { orUndefined } from "./knownOutputs";
import type { SeedInputs, SeedOutputs } from "./seedProvider";
import { shell } from "./shell.cjs";

const provider = shell("seed");

export type SeedArgs = { [Key in keyof SeedInputs]: DeepInput<SeedInputs[Key]> };

/** One image brought from docker-archives to a registry, under all its tags. */
export class Seed extends pulumi.dynamic.Resource {
  declare readonly repository: pulumi.Output<string>;
  declare readonly tags: pulumi.Output<string[]>;
  declare readonly platforms: pulumi.Output<SeedOutputs["platforms"]>;
  /** The digest that was last seen behind every tag, also where the last seeding failed; undefined where none ever was. */
  declare readonly digest: pulumi.Output<string | undefined>;
  /** The platforms' own manifests of that digest. */
  declare readonly children: pulumi.Output<SeedOutputs["children"]>;
  declare readonly action: pulumi.Output<"pushed" | "present" | undefined>;
  /** Why the seeding failed. The verification fails the deployment with it, when every image had its turn. */
  declare readonly problem: pulumi.Output<string | undefined>;

  constructor(name: string, args: SeedArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      digest: undefined,
      children: undefined,
      action: undefined,
      problem: undefined,
    };
    super(
      provider,
      name,
      { ...args, credentials: pulumi.secret(args.credentials), ...outputs },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["credentials"] }),
      "zot-fleet",
      "Seed",
    );
    this.digest = this.digest.apply(orUndefined);
    this.children = this.children.apply(orUndefined);
    this.action = this.action.apply(orUndefined);
    this.problem = this.problem.apply(orUndefined);
  }
}
