import { isDeepStrictEqual } from "node:util";
import type { Endpoint } from "../cluster/endpoint";
import type { Credentials } from "../registry/client";
import type { SeedPlatform } from "../seeding/findImage";
import type { OnMoved, SeededImage } from "../seeding/movedTags";
import type { Promoted } from "../seeding/promoted";
import type { SigningKey } from "../seeding/signingKey";
import type { Compression } from "../seeding/skopeo";
import { define, except, optional, plain, secret, unread } from "./define";
import type * as deployed from "./deployments/seed";

export interface SeedInputs {
  /** How the registry is reached from where the deployment runs. */
  endpoint: Endpoint;
  credentials: Credentials;
  repository: string;
  tags: string[];
  /** What its archives hold; none where it is promoted. */
  platforms: SeedPlatform[];
  /** What it is at another registry, where it comes from there. Absent where it comes from archives. */
  promoted?: Promoted;
  /** Whom to be there. Absent where whoever asks may read. */
  sourceCredentials?: Credentials;
  /** The public key by which a promoted image has to be signed. Absent where none is asked for. */
  signedBy?: SigningKey;
  compression: Compression;
  onMoved: OnMoved;
  onRemove: "keep" | "delete";
}

/** The digest is the one that was last seen behind every tag, also where the last seeding failed; absent where none ever was. */
export interface SeedOutputs extends SeedInputs, Partial<SeededImage> {
  /** The digest whose signature was verified last, and the fingerprint of the key: it holds for both for good. */
  verified?: { digest: string; key: string };
  /** Why the image is not as it should be. The verification fails the deployment with it, when every image had its turn. */
  problem?: string;
}

/** One image in the registry. A preview compares what was asked for, and looks at no archive and no registry. */
export const seed = define<SeedInputs, SeedOutputs, never, "verified">({
  name: "seed",
  inputs: {
    endpoint: plain,
    credentials: secret,
    repository: { ...plain, replaces: true },
    tags: plain,
    // An archive's path and image ID may change with the same image inside.
    platforms: {
      ...plain,
      differs: (olds, news) => !isDeepStrictEqual(imagesOf(olds), imagesOf(news)),
    },
    promoted: plain,
    sourceCredentials: secret,
    // The same key may lie elsewhere.
    signedBy: {
      ...plain,
      differs: (olds, news) => olds.signedBy?.fingerprint !== news.signedBy?.fingerprint,
    },
    compression: except("how layers are packed for the way is no other image"),
    onMoved: plain,
    onRemove: plain,
  },
  outputs: {
    digest: optional,
    children: optional,
    action: optional,
    verified: unread,
    problem: { ...optional, trouble: true },
  },
  check: (_olds, inputs) => {
    declare(inputs);
    return Promise.resolve({ inputs, failures: [] });
  },
  again: ({ digest }) => digest === undefined,
  load: () => (require("./deployments/seed") as typeof deployed).seedDeployment,
});

const imagesOf = ({ platforms }: SeedInputs) =>
  platforms.map(({ platform, config }) => ({ platform, config }));

const declaredSeeds = new Map<string, SeedInputs[]>();

/** A stack file declares this seed: noted at each check, so that a deployment knows all of them before it deletes one. */
function declare(image: SeedInputs): void {
  declaredSeeds.set(image.repository, [...declaredIn(image.repository), image]);
}

/**
 * The seeds of a repository that the stack file declares now. The same image may be declared under another name of the state: as
 * the second one of its repository, or after its first tag changed.
 */
export const declaredIn = (repository: string): readonly SeedInputs[] =>
  declaredSeeds.get(repository) ?? [];
