import * as pulumi from "@pulumi/pulumi";
import type { Endpoint } from "../cluster/endpoint";
import { Seed } from "../resources/classes";
import type { LockedSeed } from "../seeding/lockedSeed";
import type { Promoted } from "../seeding/promoted";
import type { SigningKey } from "../seeding/signingKey";
import type { Compression } from "../seeding/skopeo";
import type { Workload } from "../facts/workload";
import { Rollout } from "./rollouts";
import { childName } from "./scope";

/** One image, and what is to restart when it changes. */
export interface ImageToDeploy extends LockedSeed {
  /** What it is at its source. Absent where it is made of archives. */
  promoted?: Promoted;
  /** Whom to be there. Absent where whoever asks may read. */
  sourceCredentials?: { username: string; password: pulumi.Input<string> };
  /** The public key by which a promoted image has to be signed. @default none */
  signedBy?: SigningKey;
  /** What to do with a tag that somebody moved at the registry. */
  onMoved: "restore" | "tell";
  /** What happens to the image when it is not declared any more. */
  onRemove: "keep" | "delete";
  rollouts: readonly Workload[];
}

export interface SeededImagesArgs {
  endpoint: Endpoint;
  /** The kubeconfig context: needed where an image has rollouts. */
  context?: string;
  /** An account that may push. */
  credentials: { username: pulumi.Input<string>; password: pulumi.Input<string> };
  images: readonly ImageToDeploy[];
  compression: Compression;
}

/** Every image under its tags in the registry, and the restart of what runs it. */
export class SeededImages extends pulumi.ComponentResource {
  readonly seeds: readonly { image: ImageToDeploy; seed: Seed }[];
  readonly rollouts: readonly Rollout[];
  /** The digest behind the tags of each image, by `repository:tag`; undefined of one that could not be seeded. */
  readonly digests: pulumi.Output<Record<string, string | undefined>>;
  readonly #named: (child: string) => string;

  constructor(name: string, args: SeededImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("zot-fleet:index:SeededImages", name, {}, opts);
    const { endpoint, credentials, compression, images } = args;
    this.#named = (child) => childName(name, "images", child);
    this.seeds = images.map((image) => {
      const { rollouts: _, ...declared } = image;
      const seed = new Seed(
        this.#named(seedName(images, image)),
        { endpoint, credentials, compression, ...declared },
        { parent: this },
      );
      return { image, seed };
    });
    this.rollouts = this.seeds.flatMap(({ image, seed }) =>
      image.rollouts.map((workload) => this.#rollout(args.context, workload, seed)),
    );
    this.digests = pulumi
      .all(
        this.seeds.map(({ image, seed }) =>
          seed.digest.apply((digest) =>
            image.tags.map((tag) => [`${image.repository}:${tag}`, digest] as const),
          ),
        ),
      )
      .apply((each) => Object.fromEntries(each.flat()));
    this.registerOutputs({ digests: this.digests });
  }

  #rollout(context: string | undefined, workload: Workload, seed: Seed): Rollout {
    const { namespace, kind, name } = workload;
    if (context === undefined) throw new Error(`the rollout of ${name} needs a kubeconfig context`);
    return new Rollout(
      this.#named(`${namespace}/${kind.toLowerCase()}/${name}`),
      { ...workload, context, digest: seed.digest },
      { parent: this, dependsOn: seed },
    );
  }
}

/** A tag moves with every release and must not name the resource; it tells two seeds of one repository apart. */
function seedName(images: readonly LockedSeed[], { repository, tags }: LockedSeed): string {
  const alone = images.filter((image) => image.repository === repository).length === 1;
  return alone ? repository : `${repository}:${tags[0] ?? ""}`;
}
