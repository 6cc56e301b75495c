import { spawn, type ChildProcessByStdio } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { isLoopback, type RegistryAddress } from "../registry/address";
import type { ArchiveFile } from "../images/archives/archiveFile";
import { archiveForSkopeo, type ArchiveForSkopeo } from "./archiveForSkopeo";
import type { Credentials } from "../registry/client";
import { withDivertingProxy } from "../registry/divertingProxy";
import { basicPair } from "../registry/dockerConfig";
import { childEnvironment } from "../system/environment";
import { withPrivateDirectory } from "../system/privateDirectory";
import { proxyVariables, readProxies, withoutProxies } from "../registry/proxy";
import { Secrets } from "../registry/redact";
import { requireTool } from "../system/tools";

/** How the layers of a pushed image are compressed. */
export type Compression = "gzip" | "zstd";

/** One image to copy from a docker-archive to a registry. */
export interface PushOptions {
  archive: Pick<ArchiveFile, "path" | "handle">;
  repository: string;
  tag: string;
  address: RegistryAddress;
  credentials?: Credentials;
  compression: Compression;
  /** Called with the lines that skopeo prints as it copies. */
  onProgress?: (line: string) => void;
}

/** skopeo failed. The message holds what it printed, less the credentials. */
class SkopeoError extends Error {
  override readonly name = "SkopeoError";
}

/**
 * Pushes the image in `archive` as `repository:tag` and returns the digest of the manifest that landed.
 *
 * `--format oci` makes it one manifest PUT: without it skopeo tries two Docker formats first, which Zot refuses (415).
 * The credentials go through a 0600 file in a private directory, never through the command line.
 */
export async function pushArchive(options: PushOptions): Promise<string> {
  const skopeo = requireTool("skopeo");
  return withPrivateDirectory(async (directory, signal) => {
    const digestFile = join(directory, "digest");
    const { host, protocol } = new URL(options.address.url);
    const archive = archiveForSkopeo(options.archive, directory);
    const args = [
      // The archive is ours and locked by its image ID: a signature policy of the machine has nothing to add.
      "--insecure-policy",
      ...["--tmpdir", directory],
      "copy",
      ...["--format", "oci"],
      ...["--dest-compress-format", options.compression],
      ...["--digestfile", digestFile],
      ...["--authfile", writeAuthFile(directory, host, options.credentials)],
      ...certificateOptions(directory, protocol, options.address.ca),
      archive.source,
      `docker://${host}/${options.repository}:${options.tag}`,
    ];
    await dialling(options.address, (proxy) =>
      run(skopeo, args, options, { ...archive, signal, proxy }),
    );
    return readFileSync(digestFile, "utf8").trim();
  });
}

/** Runs `work` with the variables that lead skopeo to the registry as this process is led there. */
async function dialling<T>(
  { connect, ...address }: RegistryAddress,
  work: (proxy: Record<string, string>) => Promise<T>,
): Promise<T> {
  const url = new URL(address.url);
  const proxies = readProxies();
  if (connect === undefined) return work(proxyVariables(url, proxies));
  if (isLoopback(url.hostname))
    throw new SkopeoError(
      `skopeo asks no proxy for ${address.url}, so it cannot dial ${connect} instead: give that as the url`,
    );
  return withDivertingProxy({ ...address, connect }, proxies, (proxy) =>
    work({ HTTPS_PROXY: proxy, HTTP_PROXY: proxy }),
  );
}

function writeAuthFile(
  directory: string,
  host: string,
  credentials: Credentials | undefined,
): string {
  const auths = credentials === undefined ? {} : { [host]: { auth: basicPair(credentials) } };
  const path = join(directory, "auth.json");
  writeFileSync(path, JSON.stringify({ auths }), { mode: 0o600 });
  return path;
}

function certificateOptions(directory: string, protocol: string, ca: string | undefined): string[] {
  if (protocol === "http:") return ["--dest-tls-verify=false"];
  if (ca === undefined) return [];
  writeFileSync(join(directory, "ca.crt"), ca, { mode: 0o600 });
  return ["--dest-cert-dir", directory];
}

function run(
  skopeo: string,
  args: string[],
  { onProgress, credentials }: PushOptions,
  started: Omit<ArchiveForSkopeo, "source"> & {
    signal: AbortSignal;
    proxy: Record<string, string>;
  },
): Promise<void> {
  const { cwd, descriptors, signal, proxy } = started;
  return new Promise((resolve, reject) => {
    const env = { ...withoutProxies(childEnvironment()), ...proxy };
    const child = spawn(skopeo, args, {
      stdio: ["ignore", "pipe", "pipe", ...descriptors],
      cwd,
      signal,
      env,
    }) as ChildProcessByStdio<null, Readable, Readable>;
    createInterface(child.stdout).on("line", (line) => {
      if (line.startsWith("Copying")) onProgress?.(line);
    });
    let errorText = "";
    child.stderr.on(
      "data",
      (chunk: Buffer) => (errorText = (errorText + chunk.toString()).slice(-8192)),
    );
    child.on("error", reject);
    child.on("close", (code, killedBy) => {
      if (code === 0) resolve();
      else
        reject(
          new SkopeoError(
            explain(errorText, credentials) ||
              `skopeo ended with ${killedBy ?? `code ${code ?? "?"}`}`,
          ),
        );
    });
  });
}

/** What skopeo printed last, without its log prefix and without credentials, which a registry may send back. */
export function explain(errorText: string, credentials: Credentials | undefined): string {
  const lines = errorText.trim().split("\n");
  const fatal = lines
    .filter((line) => line.includes("level=fatal"))
    .map((line) => /msg="(.*)"$/.exec(line)?.[1] ?? line);
  const text = (fatal.length > 0 ? fatal : lines).join("\n").replaceAll('\\"', '"');
  const secrets = new Secrets();
  if (credentials !== undefined) secrets.addLogin(credentials);
  return text
    .split("\n")
    .map((line) => secrets.clean(line, 8192))
    .join("\n");
}
