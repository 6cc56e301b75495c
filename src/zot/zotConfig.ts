import { accessControl, type AccessControl } from "./accessControl";
import type { AccessSettings } from "./accessSettings";
import { durationRule, goDuration, isDuration } from "./duration";
import {
  retentionConfig,
  type RetentionConfig,
  type SeededTags,
} from "./retention/retentionConfig";
import type { RetentionSettings } from "./retention/settings";
import { oidcAuth, oidcDefaults, type OidcAuth, type OidcFiles, type OidcSettings } from "./oidc";
import { sharedStorageConfig, type SharedStorage, type SharedStorageConfig } from "./sharedStorage";
import { syncConfig, type SyncConfig, type Upstream } from "./upstreams";
import { supports, UnsupportedFeatureError, type ZotFeature } from "./versions";

/** What Zot writes about: `debug` shows every request's details, `warn` hides the requests. */
export type LogLevel = "debug" | "info" | "warn" | "error";

export const logLevels = ["debug", "info", "warn", "error"] as const satisfies readonly LogLevel[];

/** What a careful operator would have chosen; times as they are written everywhere. */
export const zotDefaults = {
  /**
   * How long an unreferenced blob is kept. Zot's own hour ends uploads that take longer: the layers that came
   * first are gone before the manifest names them.
   */
  gcDelay: "24h",
  /** How often each repository is swept. */
  gcInterval: "24h",
  /** The longest that one request may take, upload or download of a whole layer included. Zot's own 60 s is too short. */
  requestTimeout: "2h",
  /** Seconds before a wrong password or a refused action is answered. A first request without credentials never waits. */
  failDelay: 1,
  logLevel: "info",
  metrics: true,
} as const;

/** Which Zot runs, and how: `zot` of a stack file. */
export interface ZotSettings {
  /** The release that will read the config, such as `2.1.18`. */
  version: string;
  /** @default "info" */
  logLevel?: LogLevel | undefined;
  /** Prometheus metrics at `/metrics`, for the admins and `scrapers` only. @default true */
  metrics?: boolean | undefined;
  /** How long a blob that no manifest names is kept. @default "24h" */
  gcDelay?: string | undefined;
  /** How often each repository is swept. @default "24h" */
  gcInterval?: string | undefined;
  /**
   * The longest that one request may take. Needs Zot 2.1.17: older ones never end a request, and refuse the key.
   * @default "2h" where Zot knows it
   */
  requestTimeout?: string | undefined;
  /**
   * Skip the walk over all images at start when neither Zot nor its storage settings changed. Needs Zot 2.1.18.
   * @default false: the walk finds what others changed on the volume
   */
  fastRestart?: boolean | undefined;
}

/** What the registry is used for: the other keys of a stack file that end in Zot's config, each whole. */
export interface RegistryUse {
  /** Who may do what besides the accounts' roles. `moving` needs Zot 2.1.17. @default private, with nothing on top */
  access?: AccessSettings | undefined;
  /** Registries whose images are kept here once they are pulled. @default none */
  upstreams?: readonly Upstream[] | undefined;
  /** Which tags stay. @default all */
  retention?: RetentionSettings | undefined;
  /** Images that a deployment puts there, with all of their tags: no rule deletes them. @default none */
  seeds?: readonly SeededTags[] | undefined;
  /** The identity provider that people sign in at. A groups claim of another name needs Zot 2.1.17. @default none */
  oidc?: OidcSettings | undefined;
  /** Whether accounts can make API keys. They are kept beside the images. @default false */
  apiKeys?: boolean | undefined;
}

export interface ZotConfigOptions extends ZotSettings, RegistryUse {
  /** The address to listen on: `0.0.0.0` in a pod, `127.0.0.1` on this machine. */
  readonly address: string;
  /** The port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** The folder that holds the images. */
  readonly rootDirectory: string;
  /** The htpasswd file, as Zot's process sees it. */
  readonly htpasswdPath: string;
  /** Accounts that may do everything; at least one. */
  readonly admins: readonly string[];
  /** Accounts that may pull everything. @default none */
  readonly readers?: readonly string[];
  /** Accounts that may pull everything and push what is new. @default none */
  readonly pushers?: readonly string[];
  /** Accounts that may read the metrics, beside the admins, and do nothing else. @default none */
  readonly scrapers?: readonly string[];
  /** Seconds. @default 1 */
  readonly failDelay?: number | undefined;
  /** The passwords for upstreams. @default the Secret's, as it is mounted in the pod */
  readonly syncCredentialsFile?: string | undefined;
  /** The registry's own address as browsers know it, such as `https://oci.killinit.cc`: a callback is made of it where people sign in. */
  readonly externalUrl?: string | undefined;
  /** The secrets of signing in. @default the Secret's, as it is mounted in the pod */
  readonly oidcFiles?: OidcFiles | undefined;
  /** A file for the log. @default standard output */
  readonly logOutput?: string | undefined;
  /** The bucket and the Redis that pods share; `rootDirectory` is then each pod's own scratch. @default none */
  readonly shared?: SharedStorage | undefined;
  /** @default none */
  readonly redisPassword?: string | undefined;
  /** How many of them share it. Several collect no garbage, and delete no tags. @default 1 */
  readonly replicas?: number | undefined;
}

/** Zot's config.json, as far as it is used here. Keys are spelt as in Zot's own examples. */
export interface ZotConfig {
  distSpecVersion: string;
  storage: {
    rootDirectory: string;
    dedupe: boolean;
    gc: boolean;
    gcDelay?: string;
    gcInterval?: string;
    fastRestart?: boolean;
    retention?: RetentionConfig;
  } & Partial<SharedStorageConfig>;
  http: {
    address: string;
    /** A string, as Zot declares it. */
    port: string;
    realm: string;
    compat: ["docker2s2"];
    /** What clients call it; callbacks are made of it. */
    externalUrl?: string;
    readTimeout?: string;
    writeTimeout?: string;
    auth: { htpasswd: { path: string }; failDelay: number; apikey?: true } & Partial<OidcAuth>;
    accessControl: AccessControl;
  };
  log: { level: LogLevel; output?: string };
  extensions: {
    search: { enable: boolean };
    ui: { enable: boolean };
    metrics?: { enable: boolean; prometheus: { path: string } };
    sync?: SyncConfig;
  };
}

/**
 * Builds config.json for one version of Zot. Pure: the same options give the same bytes.
 *
 * - `compat: ["docker2s2"]`, or a push of Docker's media types answers 415 MANIFEST_INVALID.
 * - Search and UI are off: nobody needs them to push or pull, and search opens `/v2/_zot/ext/mgmt`, which
 *   answers strangers (pkg/extensions/extension_mgmt.go). Where people sign in they are on, since the pages are
 *   where people make API keys, and Zot has no UI without search (pkg/cli/server/root.go).
 * - Read and write timeouts are set wherever Zot knows them, since its default of 60 s (2.1.17 and newer,
 *   pkg/cli/server/root.go) ends the upload of a large layer.
 *
 * @throws UnsupportedFeatureError naming every option that this version lacks
 * @throws RangeError for an option outside its range
 */
export function zotConfig(options: ZotConfigOptions): ZotConfig {
  refuseUnsupported(options);
  refuseOutOfRange(options);
  const { metrics = zotDefaults.metrics, oidc, externalUrl, upstreams = [] } = options;
  const { admins, readers = [], pushers = [], scrapers = [] } = options;
  const { fastRestart, logOutput, shared } = options;
  const retention = retentionConfig(options);
  const ui = oidc?.ui ?? false;
  return {
    distSpecVersion: "1.1.1",
    storage: {
      rootDirectory: options.rootDirectory,
      // Over a bucket a repeated blob would be an empty object that only Redis leads from: after its loss the image is gone.
      dedupe: shared === undefined,
      ...garbage(options),
      ...(fastRestart === undefined ? {} : { fastRestart }),
      ...(retention === undefined ? {} : { retention }),
      ...(shared === undefined ? {} : sharedStorageConfig(shared, options.redisPassword)),
    },
    http: {
      address: options.address,
      port: String(options.port),
      realm: "zot",
      compat: ["docker2s2"],
      ...(oidc === undefined || externalUrl === undefined ? {} : { externalUrl }),
      ...timeouts(options),
      auth: {
        htpasswd: { path: options.htpasswdPath },
        failDelay: options.failDelay ?? zotDefaults.failDelay,
        ...(oidc === undefined ? {} : oidcAuth(oidc, options.oidcFiles)),
        ...(options.apiKeys === true ? { apikey: true } : {}),
      },
      accessControl: accessControl({
        admins,
        readers,
        pushers,
        access: options.access,
        caches: upstreams.map(({ name, anonymous }) => ({ prefix: name, anonymous })),
        ...(metrics ? { metricsReaders: [...admins, ...scrapers] } : {}),
      }),
    },
    log: {
      level: options.logLevel ?? zotDefaults.logLevel,
      ...(logOutput === undefined ? {} : { output: logOutput }),
    },
    extensions: {
      search: { enable: ui },
      ui: { enable: ui },
      ...(metrics ? { metrics: { enable: true, prometheus: { path: "/metrics" } } } : {}),
      ...(upstreams.length === 0
        ? {}
        : {
            sync: syncConfig(upstreams, {
              ...options,
              ...(shared === undefined ? {} : { downloadDir: `${options.rootDirectory}/sync` }),
            }),
          }),
    },
  };
}

/** The features that options use; asked by the stack file's checks too, so that both say the same. */
export function usedFeatures(
  options: Pick<ZotConfigOptions, "requestTimeout" | "fastRestart" | "access" | "oidc">,
): ZotFeature[] {
  return [
    ...(options.requestTimeout === undefined ? [] : (["httpTimeouts"] as const)),
    ...(options.fastRestart === undefined ? [] : (["fastRestart"] as const)),
    ...((options.access?.moving ?? []).length === 0 ? [] : (["policyConditions"] as const)),
    ...((options.oidc?.claims.groups ?? oidcDefaults.claims.groups) === oidcDefaults.claims.groups
      ? []
      : (["groupsClaim"] as const)),
  ];
}

function refuseUnsupported(options: ZotConfigOptions): void {
  const [first, ...rest] = usedFeatures(options).filter(
    (feature) => !supports(options.version, feature),
  );
  if (first !== undefined) throw new UnsupportedFeatureError(options.version, [first, ...rest]);
}

function refuseOutOfRange({ port, failDelay = 0, ...options }: ZotConfigOptions): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RangeError(`a port is a whole number from 0 to 65535, not ${port}`);
  if (!Number.isInteger(failDelay) || failDelay < 0)
    throw new RangeError(`failDelay is a whole number of seconds, not ${failDelay}`);
  for (const key of ["gcDelay", "gcInterval", "requestTimeout"] as const) {
    const duration = options[key];
    if (duration !== undefined && !isDuration(duration))
      throw new RangeError(`${key} is ${durationRule}, not "${duration}"`);
  }
}

/** A sweep writes a repository's index as a push does, and no pod waits for another's: several would lose tags by it. */
function garbage({ gcDelay, gcInterval, replicas = 1 }: ZotConfigOptions) {
  if (replicas > 1) return { gc: false };
  return {
    gc: true,
    gcDelay: goDuration(gcDelay ?? zotDefaults.gcDelay),
    gcInterval: goDuration(gcInterval ?? zotDefaults.gcInterval),
  };
}

/** Writing starts its clock when a request's header is read, so it covers the reading of an upload too. */
function timeouts({ version, requestTimeout = zotDefaults.requestTimeout }: ZotConfigOptions) {
  const longest = goDuration(requestTimeout);
  return supports(version, "httpTimeouts") ? { readTimeout: longest, writeTimeout: longest } : {};
}
