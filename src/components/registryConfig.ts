import { zotPaths, zotPort } from "../zot/chartValues";
import { goDuration } from "../zot/duration";
import {
  zotConfig,
  zotDefaults,
  type RegistryUse,
  type ZotConfig,
  type ZotSettings,
} from "../zot/zotConfig";
import type { SharedStorage } from "../zot/sharedStorage";
import { usersOf, type RegistryAccount } from "./registryAccount";

/** What Zot's config is made of. */
export interface ConfiguredRegistry extends RegistryUse {
  /** What clients call it. */
  host: string;
  zot: ZotSettings;
  accounts: readonly Pick<RegistryAccount, "username" | "role">[];
  /** @default one pod with its claim */
  shared?: SharedStorage | undefined;
  /** @default none */
  redisPassword?: string | undefined;
  /** @default 1 */
  replicas?: number;
}

/**
 * Zot's config.json for a pod, with the accounts' rights.
 *
 * @throws UnsupportedFeatureError for an option that this Zot lacks, RangeError for one outside its range
 */
export function registryConfig({ host, zot, accounts, ...use }: ConfiguredRegistry): ZotConfig {
  return zotConfig({
    ...use,
    ...zot,
    address: "0.0.0.0",
    port: zotPort,
    rootDirectory: zotPaths.images,
    htpasswdPath: zotPaths.htpasswd,
    externalUrl: externalUrl(host),
    admins: usersOf(accounts, "admin"),
    readers: usersOf(accounts, "puller"),
    pushers: usersOf(accounts, "ci"),
    scrapers: usersOf(accounts, "metrics"),
  });
}

/** The registry's address as browsers know it. */
export const externalUrl = (host: string) => `https://${host}`;

/**
 * How long a gateway must wait for the registry: as long as the registry itself does. Older ones have no limit, and the gateway's
 * own default is far too short for either.
 */
export const routeTimeout = ({ requestTimeout = zotDefaults.requestTimeout }: ZotSettings) =>
  goDuration(requestTimeout);
