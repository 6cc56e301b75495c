import type { Credentials, RegistryClient } from "../registry/client";

/** `zot`, or another one: `distribution` stands for every registry that has OCI's API and nothing of Zot's. */
export type RegistryKind = "zot" | "distribution";

/**
 * What only Zot answers with 200: the list of its extensions, which every build has (pkg/api/routes.go, SetupRoutes), and
 * its liveness, which a gateway may not route.
 */
const signs = ["/v2/_oci/ext/discover", "/livez"];

/** Which registry it is, by what only Zot answers. */
export async function readKind(client: RegistryClient): Promise<RegistryKind> {
  for (const path of signs) {
    const { status } = await client.request({ method: "GET", path });
    if (status === 200) return "zot";
  }
  return "distribution";
}

/** The metrics of a large registry are long: what is looked for may lie anywhere in them. */
const mostMetricsBytes = 16 * 1024 * 1024;

/** Asks for the metrics: 200 to whom they are for, 403 to other accounts. */
export const askForMetrics = (client: RegistryClient) =>
  client.request({ method: "GET", path: "/metrics", maxBytes: mostMetricsBytes });

/** What Zot tells about itself, to those who may ask. */
export interface ZotFacts {
  /** Such as `2.1.18`. */
  version?: string;
  /** `storage.rootDirectory`, and those of the `subPaths`; none where it does not tell. */
  rootDirectories: string[];
  /** What all repositories take, blobs that they share counted once for each. */
  usedBytes?: number;
}

/**
 * Asks Zot what it is. The config endpoint is open to everybody where search is on (pkg/extensions/extension_mgmt.go); the
 * metrics are for the accounts that `accessControl.metrics` names: `zot_info` has the build, the labels of the storage's
 * locks have its root directory (pkg/storage/imagestore/imagestore.go). Neither tells the storage driver.
 */
export async function readZot(
  accounts: readonly Credentials[],
  client: (credentials: Credentials) => RegistryClient,
): Promise<ZotFacts> {
  for (const { username, password } of accounts) {
    const { status, body } = await askForMetrics(client({ username, password }));
    if (status !== 200) continue;
    const text = body.toString("utf8");
    const locks = text.matchAll(
      /^zot_storage_lock_latency_seconds_count\{[^}]*storageName="([^"]*)"/gm,
    );
    return {
      ...versionIn(/^zot_info\{[^}]*commit="([^"]*)"/m.exec(text)?.[1]),
      rootDirectories: [...new Set([...locks].flatMap(([, name]) => name ?? []))],
      ...usedIn(text),
    };
  }
  const [first] = accounts;
  if (first === undefined) return { rootDirectories: [] };
  const { username, password } = first;
  const { status, body } = await client({ username, password }).request({
    method: "GET",
    path: "/v2/_zot/ext/mgmt",
  });
  const config = status === 200 ? body.toString("utf8") : "";
  return {
    ...versionIn(/"(?:releaseTag|commit)":"([^"]+)"/.exec(config)?.[1]),
    rootDirectories: [],
  };
}

/** A gauge for each repository (pkg/extensions/monitoring/extension.go), which Zot renews when the repository changes. */
function usedIn(metrics: string): Pick<ZotFacts, "usedBytes"> {
  const sizes = [...metrics.matchAll(/^zot_repo_storage_bytes\{[^}]*\} ([\d.e+]+)$/gm)];
  if (sizes.length === 0) return {};
  return { usedBytes: sizes.reduce((sum, [, bytes]) => sum + Number(bytes), 0) };
}

/** A build is called `v2.1.18` or `v2.1.18-7bb211bc`. */
function versionIn(build = ""): Pick<ZotFacts, "version"> {
  const version = /^v?(\d+\.\d+\.\d+)/.exec(build)?.[1];
  return version === undefined ? {} : { version };
}
