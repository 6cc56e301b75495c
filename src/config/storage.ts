import { z } from "zod";
import { registryDefaults, type ClaimSettings } from "../zot/chartValues";
import type { BucketCredentials, BucketSettings, RedisSettings } from "../zot/sharedStorage";
import { sizePattern } from "../zot/memory";
import { certificates, serverUrl } from "./endpoint";
import { allowedText, secrets, textLike, type Schemas } from "./rules";

/** A size as Kubernetes writes it. */
export const size = (example: string) => textLike(`a size such as ${example}`, sizePattern);

const className = () =>
  textLike("the name of a StorageClass", /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/);

/** `class` is a word of the language; components call it `storageClass`. */
const classAs = (storageClass: string | undefined) =>
  storageClass === undefined ? {} : { storageClass };

/** The chart's claim template, which a live StatefulSet never lets change. */
const templateSchema = z
  .strictObject({
    size: size("20Gi").default(registryDefaults.claim.size).describe("The size in the template."),
    class: className().optional().describe("The StorageClass in the template. Default: none."),
  })
  .describe(
    "The claim template of the StatefulSet, as it was first made: Kubernetes lets no one change it. Only a release that moves in needs it.",
  )
  .transform(({ class: name, ...claim }): ClaimSettings => ({ ...claim, ...classAs(name) }));

const folder = (what: string) =>
  textLike(
    `${what}: letters, digits, dots, dashes and underscores, with slashes between`,
    /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/,
  );

/** A bucket in place of the claim. */
const bucketSchema = z
  .strictObject({
    bucket: textLike(
      "the name of a bucket: 3 to 63 lower-case letters, digits, dots and dashes",
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    ).describe("The bucket. It is not made here."),
    region: textLike("a region such as eu-central-1", /^[a-z0-9-]{1,63}$/).describe(
      "The region. Services other than Amazon's mostly take any, such as us-east-1.",
    ),
    endpoint: serverUrl()
      .optional()
      .describe("Where the service answers that is not Amazon's. Default: Amazon's of the region."),
    ca: certificates()
      .optional()
      .describe(
        "Certificates that the endpoint's is to be trusted by, besides the public ones, in PEM.",
      ),
    prefix: folder("a folder in the bucket")
      .optional()
      .describe(
        "The folder in the bucket; no other registry may have it. Zot writes it twice: objects lie in <prefix>/<prefix>/<repository>. Default: cluster.name.",
      ),
  } satisfies Schemas<Omit<BucketSettings, "prefix"> & { prefix?: string }>)
  .describe(
    "The bucket that holds the images, in place of a volume. It is not made here, and nothing is removed from it by a destroy. Needs redis.",
  );

export const storageSchema = z
  .strictObject({
    size: size("20Gi")
      .default(registryDefaults.claim.size)
      .describe(
        "The size of the claim. It can grow where the StorageClass allows it, never shrink.",
      ),
    class: className().optional().describe("The StorageClass. Default: the cluster's default one."),
    template: templateSchema.prefault({}),
    s3: bucketSchema.optional(),
  })
  .describe("The volume that holds the images, or the bucket. Either outlives the registry.")
  .transform(({ class: name, ...claim }) => ({ ...claim, ...classAs(name) }));

export const redisSchema = z
  .strictObject({
    addresses: z
      .array(textLike("host:port", /^[A-Za-z0-9.-]+:[1-9]\d{0,4}$/))
      .min(1)
      .register(allowedText, { allowed: "a list of host:port, at least one" })
      .describe("Where Redis answers. Several are the nodes of one Redis cluster."),
    keyPrefix: folder("what Redis' keys begin with")
      .optional()
      .describe("What its keys begin with; no other registry may have it. Default: cluster.name."),
  } satisfies Schemas<Omit<RedisSettings, "keyPrefix"> & { keyPrefix?: string }>)
  .describe(
    "The Redis that pods over a bucket keep their metadata and the API keys in. It has to be one that writes to disk: with its data the API keys go. Needs storage.s3.",
  );

/** The access key of the bucket. Secret. */
export const s3CredentialsSchema = z
  .strictObject({
    accessKeyId: z
      .string()
      .min(1)
      .register(allowedText, { allowed: "the key's id" })
      .describe("The id of the key."),
    secretAccessKey: z
      .string()
      .min(1)
      .register(allowedText, { allowed: "the key" })
      .describe("The key itself."),
  } satisfies Schemas<BucketCredentials>)
  .register(allowedText, { allowed: "an object with accessKeyId and secretAccessKey" })
  .register(secrets, { secret: true })
  .describe(
    'The access key of the bucket. Set it with `pulumi config set --secret s3Credentials \'{"accessKeyId": "…", "secretAccessKey": "…"}\'`. Default: none; pods then ask for an identity of their own, as their node or their service account has it.',
  );

/** Redis' password. Secret. */
export const redisPasswordSchema = z
  .string()
  .min(1)
  .register(allowedText, { allowed: "a password" })
  .register(secrets, { secret: true })
  .describe(
    "The password of Redis. Set it with `pulumi config set --secret redisPassword`. Default: none.",
  );
