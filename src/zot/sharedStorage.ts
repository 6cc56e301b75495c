/** Where the images lie in a service that speaks S3. */
export interface BucketSettings {
  readonly bucket: string;
  readonly region: string;
  /** `http(s)://host[:port]` of a service that is not Amazon's. @default Amazon's of the region */
  readonly endpoint?: string | undefined;
  /** Certificates in PEM that the endpoint's is to be trusted by, besides the public ones. @default none */
  readonly ca?: string | undefined;
  /** The folder in the bucket, such as `registries/ottawa`. No other registry may have it. */
  readonly prefix: string;
}

/** What pods keep together besides the images: metadata and API keys, with locks of these. A repository's index has none. */
export interface RedisSettings {
  /** Each as `host:port`; several are the nodes of one Redis cluster. */
  readonly addresses: readonly string[];
  /** What all of its keys begin with. No other registry may have it. */
  readonly keyPrefix: string;
}

/** What all pods of a registry share in place of a volume. */
export interface SharedStorage {
  readonly s3: BucketSettings;
  readonly redis: RedisSettings;
}

/** The access key of a service that speaks S3. */
export interface BucketCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The part of Zot's config.json that names a bucket and a Redis. */
export interface SharedStorageConfig {
  remoteCache: true;
  storageDriver: {
    name: "s3";
    rootdirectory: string;
    region: string;
    bucket: string;
    regionendpoint?: string;
    forcepathstyle?: true;
    secure: boolean;
    skipverify: false;
  };
  cacheDriver: { name: "redis"; addr: string[]; keyprefix: string; password?: string };
}

/**
 * Storage in a bucket, as Zot is told of it (pkg/storage/storage.go, pkg/api/config/redis at 2.1.18). Without keys in it the SDK
 * takes those of the environment, or the identity of the pod. Redis' password has no other place than this config.
 *
 * Of sessions nothing is said: over S3 they are cookies (pkg/api/cookiestore.go), which every pod reads with the keys of the Secret.
 * A session driver of Redis would forbid these keys, and the way to an identity provider and back would have to begin and end at one pod.
 */
export function sharedStorageConfig(
  { s3, redis }: SharedStorage,
  redisPassword?: string,
): SharedStorageConfig {
  const { endpoint } = s3;
  return {
    remoteCache: true,
    storageDriver: {
      name: "s3",
      rootdirectory: `/${s3.prefix}`,
      region: s3.region,
      bucket: s3.bucket,
      ...(endpoint === undefined ? {} : { regionendpoint: endpoint, forcepathstyle: true }),
      secure: endpoint?.startsWith("http:") !== true,
      skipverify: false,
    },
    cacheDriver: {
      name: "redis",
      addr: [...redis.addresses],
      keyprefix: redis.keyPrefix,
      ...(redisPassword === undefined ? {} : { password: redisPassword }),
    },
  };
}

/** The Secret's keys of what only a registry over a bucket needs. */
export const sharedSecretKeys = {
  config: "config.json",
  trusted: "trusted.pem",
  accessKeyId: "s3-access-key-id",
  secretAccessKey: "s3-secret-access-key",
} as const;
