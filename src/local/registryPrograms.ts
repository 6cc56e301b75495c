import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { hermeticEnvironment } from "../system/environment";
import { findTool } from "../system/tools";
import { usersOf, type RegistryAccount } from "../components/registryAccount";
import { zotConfig, type ZotConfigOptions } from "../zot/zotConfig";
import { downloadZot, releasePage } from "./downloadZot";
import { ensureDebianTool } from "../system/installTool";
import type { RegistryProgram } from "./registryProcess";
import { UnavailableError } from "../system/userError";

export type RegistryKind = RegistryProgram["kind"];

/** A registry found on this machine, before its config is written. */
export interface FoundRegistry extends Pick<RegistryProgram, "kind" | "version" | "command"> {
  /** Why it is not Zot, where Zot was to be had. */
  note?: string;
}

export interface RegistrySettings {
  folder: string;
  port: number;
  htpasswdPath: string;
  /** Who exists, with which role; docker-registry knows no roles. */
  accounts: readonly Pick<RegistryAccount, "username" | "role">[];
  /** Whether Zot gives API keys. */
  apiKeys: boolean;
  /** What a stack file says besides, for Zot. */
  options?: Partial<ZotConfigOptions>;
}

/**
 * The registry to run: Zot from PATH, else its release; where neither can be had, Debian's docker-registry, unless
 * `kind` asks for one of them.
 */
export async function findRegistry(
  kind: RegistryKind | undefined,
  say: (message: string) => void,
): Promise<FoundRegistry> {
  if (kind === "distribution") return distribution(say);
  const command = findTool("zot");
  if (command !== undefined) return { kind: "zot", command, version: await zotVersion(command) };
  try {
    const downloaded = await downloadZot(say);
    return { kind: "zot", command: downloaded, version: await zotVersion(downloaded) };
  } catch (error) {
    if (kind === "zot" || !(error instanceof UnavailableError)) throw error;
    say(`${error.message}: using Debian's docker-registry instead`);
    return {
      ...(await distribution(say)),
      note: "Zot could not be had on this machine: docker-registry stands in for it",
    };
  }
}

/** Writes the registry's config and says how to start it. */
export function configure(found: FoundRegistry, settings: RegistrySettings): RegistryProgram {
  mkdirSync(join(settings.folder, "images"), { recursive: true });
  const path = join(settings.folder, found.kind === "zot" ? "config.json" : "config.yml");
  // JSON is YAML, too.
  writeFileSync(
    path,
    JSON.stringify(
      found.kind === "zot" ? zot(found, settings) : distributionConfig(settings),
      null,
      2,
    ),
  );
  return { ...found, args: ["serve", path] };
}

function zot(
  { version }: FoundRegistry,
  { folder, port, htpasswdPath, accounts, apiKeys, options }: RegistrySettings,
) {
  const admins = usersOf(accounts, "admin");
  return zotConfig({
    ...options,
    version,
    address: "127.0.0.1",
    port,
    rootDirectory: join(folder, "images"),
    htpasswdPath,
    admins,
    pushers: usersOf(accounts, "ci"),
    readers: usersOf(accounts, "puller"),
    apiKeys,
  });
}

function distributionConfig({ folder, port, htpasswdPath }: RegistrySettings) {
  return {
    version: 0.1,
    log: { level: "info", accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: join(folder, "images") }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
    auth: { htpasswd: { realm: "zot-fleet", path: htpasswdPath } },
  };
}

async function distribution(say: (message: string) => void): Promise<FoundRegistry> {
  const command = await ensureDebianTool("docker-registry", say);
  const output = await versionOutput(command);
  return {
    kind: "distribution",
    command,
    version: /v?(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? "unknown",
  };
}

async function zotVersion(command: string): Promise<string> {
  const output = await versionOutput(command);
  const version =
    /"commit":"v(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? /v(\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version === undefined)
    throw new UnavailableError(
      `${command} --version names no release of Zot: ${JSON.stringify(output.slice(0, 200))}. ` +
        `Put a release on PATH (${releasePage}), or run Debian's docker-registry with --registry distribution`,
    );
  return version;
}

async function versionOutput(command: string): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, ["--version"], {
      env: hermeticEnvironment(),
    });
    return stdout + stderr;
  } catch (error) {
    const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new UnavailableError(`${command} --version failed: ${line}`);
  }
}
