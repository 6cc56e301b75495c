import type { AccessSettings } from "../zot/accessSettings";
import { zotPaths, zotPort } from "../zot/chartValues";
import type { SeededTags } from "../zot/retention/retentionConfig";
import type { RetentionSettings } from "../zot/retention/settings";
import type { OidcSettings } from "../zot/oidc";
import type { Upstream } from "../zot/upstreams";
import { supports } from "../zot/versions";
import { zotConfig, zotDefaults, type LogLevel, type ZotConfig } from "../zot/zotConfig";
import { usersOf, type RegistryAccount } from "./registryAccount";

/** Which Zot runs, and how. */
export interface ZotOptions {
  /** A release such as `2.1.18`. The configuration is made for it. */
  version: string;
  /** @default "info" */
  logLevel?: LogLevel | undefined;
  /** Prometheus metrics at `/metrics`, for the admins. @default true */
  metrics?: boolean | undefined;
  /** How long a blob that no manifest names is kept, such as `24h`. @default "24h" */
  gcDelay?: string | undefined;
  /** How often Zot sweeps its repositories. @default "24h" */
  gcInterval?: string | undefined;
  /** The longest that one request may take. Needs Zot 2.1.17. @default "2h" where Zot knows it */
  requestTimeout?: string | undefined;
  /** Skip the walk over all images at start. Needs Zot 2.1.18. @default it walks */
  fastRestart?: boolean | undefined;
}

/** What the registry is used for. */
interface RegistryUse {
  /** What clients call it. */
  host: string;
  access?: AccessSettings;
  upstreams?: readonly Upstream[];
  retention?: RetentionSettings | undefined;
  seeds?: readonly SeededTags[];
  oidc?: OidcSettings | undefined;
  apiKeys?: boolean;
}

/**
 * Zot's config.json for a pod, with the accounts' rights.
 *
 * @throws UnsupportedFeatureError for an option that this Zot lacks, RangeError for one outside its range
 */
export function registryConfig(
  zot: ZotOptions,
  accounts: readonly Pick<RegistryAccount, "username" | "role">[],
  { host, access, upstreams, retention, seeds, oidc, apiKeys }: RegistryUse,
): ZotConfig {
  const { metrics = true, ...options } = zot;
  const admins = usersOf(accounts, "admin");
  return zotConfig({
    ...withoutUndefined(options),
    version: zot.version,
    address: "0.0.0.0",
    port: zotPort,
    rootDirectory: zotPaths.images,
    htpasswdPath: zotPaths.htpasswd,
    admins,
    readers: usersOf(accounts, "reader"),
    pushers: usersOf(accounts, "pusher"),
    access,
    upstreams,
    retention,
    seeds,
    ...(oidc === undefined ? {} : { oidc: { ...oidc, externalUrl: externalUrl(host) } }),
    apiKeys,
    ...(metrics ? { metrics: { readers: admins } } : {}),
  });
}

/** The registry's address as browsers know it. */
export const externalUrl = (host: string) => `https://${host}`;

/** How long a gateway must wait for the registry: as long as the registry itself does. */
export function routeTimeout({ version, requestTimeout }: ZotOptions): string {
  if (requestTimeout !== undefined) return requestTimeout;
  // Older ones have no limit; the gateway's own default is far too short for either.
  return supports(version, "httpTimeouts") ? zotDefaults.requestTimeout : "2h";
}

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(options: T): Defined<T> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Defined<T>;
}
