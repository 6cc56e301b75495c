import { isKnown, type CheckContext } from "./check";

/** What Zot tells about itself, to those who may ask. */
interface ZotTold {
  /** Such as `2.1.18`. */
  version?: string;
  /** `storage.rootDirectory`, and those of the `subPaths`; none where it does not tell. */
  rootDirectories: string[];
  /** What all repositories take, blobs that they share counted once for each. */
  usedBytes?: number;
}

/** The metrics of a large registry are long: what is looked for may lie anywhere in them. */
const mostMetricsBytes = 16 * 1024 * 1024;

/**
 * Asks Zot what it is. The config endpoint is open to everybody where search is on (pkg/extensions/extension_mgmt.go); the
 * metrics are for the accounts that `accessControl.metrics` names: `zot_info` has the build, the labels of the storage's
 * locks have its root directory (pkg/storage/imagestore/imagestore.go). Neither tells the storage driver.
 */
export async function zotTells({
  accounts,
  client,
}: Pick<CheckContext, "accounts" | "client">): Promise<ZotTold> {
  const known = accounts.filter(isKnown);
  for (const { username, password } of known) {
    const as = client({ username, password });
    const { status, body } = await as.request({
      method: "GET",
      path: "/metrics",
      maxBytes: mostMetricsBytes,
    });
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
  const [first] = known;
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
function usedIn(metrics: string): Pick<ZotTold, "usedBytes"> {
  const sizes = [...metrics.matchAll(/^zot_repo_storage_bytes\{[^}]*\} ([\d.e+]+)$/gm)];
  if (sizes.length === 0) return {};
  return { usedBytes: sizes.reduce((sum, [, bytes]) => sum + Number(bytes), 0) };
}

/** A build is called `v2.1.18` or `v2.1.18-7bb211bc`. */
function versionIn(build = ""): Pick<ZotTold, "version"> {
  const version = /^v?(\d+\.\d+\.\d+)/.exec(build)?.[1];
  return version === undefined ? {} : { version };
}
