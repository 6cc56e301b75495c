import type { RegistryClient } from "../registry/client";
import {
  isKnown,
  type Check,
  type CheckContext,
  type DeclaredRegistry,
  type Finding,
  type RegistryKind,
} from "./check";
import { failed, passed, skipped } from "./outcomes";

const storageDeclared: Check = {
  code: "ZF401",
  title: "the storage is the declared one",
  hint: "Is the running config the one that was deployed? Look at storage in the config.json that Zot's process reads.",
  async run(context) {
    const { rootDirectory, driver } = context.registry?.storage ?? {};
    if (rootDirectory === undefined && driver === undefined) return skipped("none was declared");
    if ((await context.kind()) !== "zot")
      return skipped("this registry tells nothing of its storage");
    const found: Finding[] = [];
    if (driver !== undefined) found.push(skipped("Zot tells nobody its storage driver", driver));
    if (rootDirectory !== undefined) {
      const { rootDirectories } = await zotTells(context);
      found.push(
        rootDirectories.length === 0
          ? skipped("no known account may read /metrics", rootDirectory)
          : rootDirectories.includes(rootDirectory)
            ? passed("by its metrics", rootDirectory)
            : failed(`its metrics name ${rootDirectories.join(", ")}`, rootDirectory),
      );
    }
    return found;
  },
};

const versionDeclared: Check = {
  code: "ZF402",
  title: "the version is the declared one",
  hint: "Did the rollout end, and is zot-fleet:zot.version the tag of the image that the pod runs?",
  async run(context) {
    const wanted = context.registry?.version;
    if (wanted === undefined) return skipped("none was declared");
    if ((await context.kind()) !== "zot") return skipped("this registry does not tell its version");
    const { version } = await zotTells(context);
    if (version === undefined) {
      return skipped("no known account may read /metrics, and search, which tells it, is off");
    }
    return version === wanted ? passed(version) : failed(`${version} runs, ${wanted} was declared`);
  },
};

/** Whether the program that answers is the one that was declared. */
export const programChecks: readonly Check[] = [storageDeclared, versionDeclared];

/**
 * What only Zot answers with 200: the list of its extensions, which every build has (pkg/api/routes.go, SetupRoutes), and
 * its liveness, which a gateway may not route.
 */
const signs = ["/v2/_oci/ext/discover", "/livez"];

/** Which registry it is: as declared, else by what only Zot answers. */
export async function kindOf(
  declared: DeclaredRegistry | undefined,
  client: RegistryClient,
): Promise<RegistryKind> {
  if (declared?.kind !== undefined) return declared.kind;
  for (const path of signs) {
    const { status } = await client.request({ method: "GET", path });
    if (status === 200) return "zot";
  }
  return "distribution";
}

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
