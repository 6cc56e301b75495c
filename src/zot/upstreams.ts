import { zotPaths } from "./chartValues";
import { goDuration } from "./duration";
import type { CacheRetention } from "./retention/settings";

/** A registry whose images are kept here once somebody pulls them. */
export interface Upstream {
  /** As images are called: `docker.io`. Cached ones are called `docker.io/library/nginx` here. */
  readonly name: string;
  /** Where it answers: `https://registry-1.docker.io`. */
  readonly url: string;
  /** Patterns of its repositories that are asked for; no others are. @default all */
  readonly allow?: readonly string[] | undefined;
  /**
   * Keep images byte for byte, Docker's media types included: their digests stay, so that pulls by digest find them.
   * @default true
   */
  readonly preserveDigest?: boolean | undefined;
  /** How often a failed request is tried again. @default 3 */
  readonly retries?: number | undefined;
  /** How long to wait before that. @default "5s" */
  readonly retryDelay?: string | undefined;
  /** Whether strangers may pull what is cached: containerd sends a mirror no pull secret. @default as the access tier has it */
  readonly anonymous?: boolean | undefined;
  /** The account there. Its password comes apart, since it is secret. @default none */
  readonly username?: string | undefined;
  /** What goes again. @default all that was pulled once stays */
  readonly retention?: CacheRetention | undefined;
}

/** Upstreams that have a name of their own, and where each answers. */
export const knownUpstreams = {
  "docker.io": "https://registry-1.docker.io",
  "ghcr.io": "https://ghcr.io",
  "quay.io": "https://quay.io",
} as const;

/** `extensions.sync` of Zot's config.json, as far as it is used here. */
export interface SyncConfig {
  enable: true;
  credentialsFile?: string;
  downloadDir?: string;
  registries: {
    urls: [string];
    onDemand: true;
    tlsVerify: boolean;
    preserveDigest: boolean;
    maxRetries: number;
    retryDelay: string;
    content: { prefix: string; destination: string }[];
  }[];
}

export const upstreamDefaults = { retries: 3, retryDelay: "5s", preserveDigest: true } as const;

/** The Secret's key, and with it the file's name, of the passwords for upstreams. */
export const syncCredentialsKey = "sync-credentials.json";

/**
 * Caches, each filled on demand under its own name. Without `content` Zot would ask every upstream for every image that is
 * not here, private names included; with it an upstream hears only of names under its own prefix
 * (pkg/extensions/sync/content.go, GetContentByLocalRepo).
 *
 * `retryDelay` is always there, since `maxRetries` needs it (pkg/cli/server/root.go, validateSync).
 *
 * @param files paths as Zot's process sees them. `syncCredentialsFile`: the Secret's by default, where an upstream has a user name.
 * `downloadDir`: where images lie on their way into a bucket, which Zot needs there; none by default
 */
export function syncConfig(
  upstreams: readonly Upstream[],
  files: { syncCredentialsFile?: string | undefined; downloadDir?: string } = {},
): SyncConfig {
  const { syncCredentialsFile = `${zotPaths.secret}/${syncCredentialsKey}`, downloadDir } = files;
  const signIn = upstreams.some(({ username }) => username !== undefined);
  return {
    enable: true,
    ...(signIn ? { credentialsFile: syncCredentialsFile } : {}),
    ...(downloadDir === undefined ? {} : { downloadDir }),
    registries: upstreams.map((upstream) => ({
      urls: [upstream.url],
      onDemand: true,
      tlsVerify: upstream.url.startsWith("https:"),
      preserveDigest: upstream.preserveDigest ?? upstreamDefaults.preserveDigest,
      maxRetries: upstream.retries ?? upstreamDefaults.retries,
      retryDelay: goDuration(upstream.retryDelay ?? upstreamDefaults.retryDelay),
      content: (upstream.allow ?? ["**"]).map((prefix) => ({
        prefix,
        destination: `/${upstream.name}`,
      })),
    })),
  };
}

/**
 * The file of the passwords for upstreams. Its keys are hosts of URLs, with the port where there is one.
 *
 * @param passwords by the upstream's name; a user name without one is left out
 */
export function syncCredentials(
  upstreams: readonly Upstream[],
  passwords: Readonly<Record<string, string>>,
): string {
  const entries = upstreams.flatMap(({ name, url, username }) => {
    const password = passwords[name];
    return username === undefined || password === undefined
      ? []
      : [[new URL(url).host, { username, password }] as const];
  });
  return JSON.stringify(Object.fromEntries(entries));
}
