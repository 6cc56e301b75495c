import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { isLoopback, type RegistryAddress } from "../registry/address";
import type { ArchiveFile } from "../images/archives/archiveFile";
import { archiveForSkopeo, type ArchiveForSkopeo } from "./archiveForSkopeo";
import type { Credentials } from "../registry/client";
import { withDivertingProxy } from "../registry/divertingProxy";
import { basicPair } from "../registry/dockerConfig";
import { childEnvironment } from "../system/environment";
import { withPrivateDirectory } from "../system/privateDirectory";
import { proxyVariables, readProxies } from "../registry/proxy";
import { requireTool } from "../system/tools";
import type { Measured } from "./meter";
import { runSkopeo as run, SkopeoError } from "./runSkopeo";

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
  /** Hears how far it has come. */
  measured?: Measured;
}

/**
 * Pushes the image in `archive` as `repository:tag` and returns the digest of the manifest that landed.
 *
 * `--format oci` makes it one manifest PUT: without it skopeo tries two Docker formats first, which Zot refuses (415).
 */
export async function pushArchive(options: PushOptions): Promise<string> {
  const { archive, compression } = options;
  const how = ["--format", "oci", "--dest-compress-format", compression];
  const { size } = await archive.handle.stat();
  return push({ ...options, size }, how, (directory, signal) =>
    archiveForSkopeo(archive, directory, { signal }),
  );
}

/** Pushes the image in an OCI layout, the folder `layout`, as it is, and returns the digest of its manifest. `size`: of its layers. */
export function pushLayout(
  options: Omit<PushOptions, "archive" | "compression"> & { layout: string; size: number },
): Promise<string> {
  const { layout } = options;
  return push(options, ["--preserve-digests"], () => Promise.resolve(layoutForSkopeo(layout)));
}

/** The credentials go through a 0600 file in a private directory, never through the command line. */
function push(
  options: Omit<PushOptions, "archive" | "compression"> & { size: number },
  how: readonly string[],
  from: (directory: string, signal: AbortSignal) => Promise<ArchiveForSkopeo>,
): Promise<string> {
  const skopeo = requireTool("skopeo");
  return withPrivateDirectory(async (directory, signal) => {
    const digestFile = join(directory, "digest");
    const { host } = new URL(options.address.url);
    const image = await from(directory, signal);
    const args = [
      // The archive is ours and locked by its image ID: a signature policy of the machine has nothing to add.
      "--insecure-policy",
      ...["--tmpdir", directory],
      "copy",
      ...how,
      ...["--digestfile", digestFile],
      ...["--authfile", writeAuthFile(directory, [options])],
      ...certificateOptions(directory, "dest", options.address),
      image.source,
      `docker://${host}/${options.repository}:${options.tag}`,
    ];
    await dialling([options.address], (proxy) =>
      run(skopeo, args, [options], {
        ...image,
        transfer: options.measured?.("pushing", options.size),
        signal,
        proxy,
      }),
    );
    return readFileSync(digestFile, "utf8").trim();
  });
}

/** Writes the image in `archive`, compressed, into the OCI layout `layout`: nobody else may write to it or to its folder. */
export async function writeLayout(
  options: Pick<PushOptions, "archive" | "compression" | "measured"> & { layout: string },
): Promise<void> {
  const skopeo = requireTool("skopeo");
  const { archive, compression, measured } = options;
  const { size } = await archive.handle.stat();
  return withPrivateDirectory(async (directory, signal) => {
    const { source, cwd } = layoutForSkopeo(options.layout);
    const image = await archiveForSkopeo(archive, cwd, { signal });
    const args = [
      "--insecure-policy",
      ...["--tmpdir", directory],
      "copy",
      ...["--dest-compress-format", compression],
      image.source,
      source,
    ];
    const transfer = measured?.("compressing", size);
    await run(skopeo, args, [], { ...image, cwd, transfer, signal, proxy: {} });
  });
}

/** By its name in its own folder: skopeo ends a layout's path at the first colon. */
const layoutForSkopeo = (layout: string): ArchiveForSkopeo => ({
  source: `oci:${basename(layout)}`,
  cwd: dirname(layout),
  descriptors: [],
});

const versions = new Map<string, Promise<string>>();

/** The version that skopeo says of itself, such as `1.9.3`; asked once. */
export function skopeoVersion(): Promise<string> {
  const skopeo = requireTool("skopeo");
  const version = versions.get(skopeo) ?? askVersion(skopeo);
  versions.set(skopeo, version);
  return version;
}

async function askVersion(skopeo: string): Promise<string> {
  const { stdout } = await promisify(execFile)(skopeo, ["--version"], { env: childEnvironment() });
  const version = /version (\S+)/.exec(stdout)?.[1];
  if (version === undefined) throw new SkopeoError(`"${stdout.trim()}" names no version of skopeo`);
  return version;
}

/** A repository of a registry, and whom to be there. */
export interface Place {
  address: RegistryAddress;
  credentials?: Credentials;
  repository: string;
}

/**
 * Copies what has `digest` from one registry to another, by that digest alone: byte for byte, an index with all it names; no tag is
 * made or moved. What the other registry has already is not sent again.
 */
export async function copyByDigest(
  from: Place,
  to: Place,
  digest: string,
  measured?: Measured,
): Promise<void> {
  const skopeo = requireTool("skopeo");
  const image = ({ address, repository }: Place) =>
    `docker://${new URL(address.url).host}/${repository}@${digest}`;
  return withPrivateDirectory(async (directory, signal) => {
    const args = [
      // What is read is known by its digest: a signature policy of the machine has nothing to add.
      "--insecure-policy",
      ...["--tmpdir", directory],
      "copy",
      "--all",
      // Without it Docker's types become OCI's, and digests others.
      "--preserve-digests",
      ...["--authfile", writeAuthFile(directory, [from, to])],
      ...certificateOptions(directory, "src", from.address),
      ...certificateOptions(directory, "dest", to.address),
      image(from),
      image(to),
    ];
    await dialling([from.address, to.address], (proxy) =>
      run(skopeo, args, [from, to], {
        descriptors: [],
        // How many of its bytes are there already, the registries alone know.
        transfer: measured?.("copying"),
        signal,
        proxy,
      }),
    );
  });
}

/** Runs `work` with the variables that lead skopeo to registries as this process is led there. */
async function dialling<T>(
  addresses: readonly RegistryAddress[],
  work: (proxy: Record<string, string>) => Promise<T>,
): Promise<T> {
  const proxies = readProxies();
  const diverted = addresses.flatMap(({ connect, ...address }) =>
    connect === undefined ? [] : [{ ...address, connect }],
  );
  if (diverted.length === 0) {
    const urls = addresses.map(({ url }) => new URL(url));
    return work(proxyVariables(urls, proxies));
  }
  for (const { url, connect } of diverted)
    if (isLoopback(new URL(url).hostname))
      throw new SkopeoError(
        `skopeo asks no proxy for ${url}, so it cannot dial ${connect} instead: give that as the url`,
      );
  return withDivertingProxy(diverted, proxies, (proxy) =>
    work({ HTTPS_PROXY: proxy, HTTP_PROXY: proxy }),
  );
}

type Account = Pick<Place, "address" | "credentials">;

function writeAuthFile(directory: string, accounts: readonly Account[]): string {
  const auths = accounts.flatMap(({ address, credentials }) =>
    credentials === undefined
      ? []
      : [[new URL(address.url).host, { auth: basicPair(credentials) }] as const],
  );
  const path = join(directory, "auth.json");
  const text = JSON.stringify({ auths: Object.fromEntries(auths) });
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function certificateOptions(
  directory: string,
  side: "src" | "dest",
  { url, ca }: RegistryAddress,
): string[] {
  if (new URL(url).protocol === "http:") return [`--${side}-tls-verify=false`];
  if (ca === undefined) return [];
  const folder = join(directory, side);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, "ca.crt"), ca, { mode: 0o600 });
  return [`--${side}-cert-dir`, folder];
}
