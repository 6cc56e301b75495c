import { ArchiveEntries, cleanName } from "./archiveEntries";
import { ArchiveFile } from "./archiveFile";
import { onlyImage } from "./archiveManifest";
import { openSource } from "./byteSource";
import { sha256 } from "../digest";
import { field, GoJsonError, object, parseJson, strings } from "../goJson";
import { platformOfConfig, type Platform } from "../platform";
import { indexTar } from "./tarIndex";

export { ArchiveError } from "./archiveError";

/** What a docker-archive says of its image; its layers are not read. */
export interface DockerArchive {
  path: string;
  /** With gzip: reading it takes seconds for a gigabyte, because everything has to be unpacked to find anything. */
  compressed: boolean;
  /** Docker's image ID: the digest of the config's bytes. */
  imageId: string;
  /** Such as `openclaw/openclaw:3f2a91c`; none where the image was saved by its ID. */
  repoTags: string[];
  /** As the config states it. */
  platform: Platform;
  /** The config's bytes, as they are in the archive. */
  config: Buffer;
  /** Digests of the uncompressed layers, the lowest first. */
  diffIds: string[];
  /** In the order of `diffIds`; `size` in bytes, as the layer is in the archive. */
  layers: { name: string; size: number }[];
}

/**
 * Reads what a docker-archive says of its one image: `manifest.json` and the config, nothing else, so the time does not
 * grow with the layers. Takes what `docker save` (also of Docker 25 and later, which puts an OCI layout around it),
 * `podman save`, `skopeo` and `crane` write, plain or with gzip, and finds entries as skopeo does: by cleaned name, the
 * first of two, through one symlink (containers/image, docker/internal/tarfile).
 *
 * Throws `ArchiveError` for anything else, and for an archive whose parts are missing or contradict each other.
 */
export async function readArchive(path: string): Promise<DockerArchive> {
  await using file = await ArchiveFile.open(path);
  return await readOpenArchive(file);
}

/** The same, of a file that stays open. */
export async function readOpenArchive(file: ArchiveFile): Promise<DockerArchive> {
  const { path } = file;
  await using source = await openSource(file);
  const tar = await indexTar(source, path);
  const entries = new ArchiveEntries(path, tar);
  const { config: name, layers: names, repoTags } = await onlyImage(entries);
  const config = await entries.readJson(name);
  const imageId = sha256(config);
  refuseOtherDigest(entries, name, imageId);
  const { platform, diffIds } = readConfig(entries, name, config);
  const layers = findLayers(entries, names, diffIds);
  const { compressed } = tar;
  return { path, compressed, imageId, repoTags, platform, config, diffIds, layers };
}

/** A config's name is its digest in what Docker, skopeo and crane write: `<hex>.json`, `blobs/sha256/<hex>`, `sha256:<hex>`. */
function refuseOtherDigest(entries: ArchiveEntries, name: string, imageId: string): void {
  const named = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1];
  if (named === undefined || imageId === `sha256:${named}`) return;
  throw entries.error(
    `a config of ${imageId} under the name ${name}`,
    "the config that the name promises",
  );
}

function readConfig(
  entries: ArchiveEntries,
  name: string,
  bytes: Buffer,
): Pick<DockerArchive, "platform" | "diffIds"> {
  try {
    const platform = platformOfConfig(bytes);
    const rootfs = field(object(parseJson(bytes, name), name), "rootfs");
    if (rootfs === undefined) throw new GoJsonError(`${name} has no rootfs`);
    if (!platform.os || !platform.architecture) throw new GoJsonError(`${name} names no platform`);
    const diffIds = strings(field(object(rootfs, "rootfs"), "diff_ids"), "rootfs.diff_ids");
    return { platform, diffIds };
  } catch (error) {
    if (!(error instanceof GoJsonError)) throw error;
    throw entries.error(`no image config: ${error.message}`);
  }
}

function findLayers(
  entries: ArchiveEntries,
  names: string[],
  diffIds: string[],
): DockerArchive["layers"] {
  if (names.length !== diffIds.length) {
    throw entries.error(
      `${names.length} layers in manifest.json and ${diffIds.length} diff_ids in the config`,
    );
  }
  const missing = names.filter((name) => entries.find(name)?.type !== "file");
  if (missing.length > 0) {
    throw entries.error(`no content for ${missing.join(", ")}, named in manifest.json`);
  }
  const diffIdOf = new Map<string, string>();
  for (const [position, name] of names.entries()) {
    const diffId = diffIds[position] ?? "";
    const other = diffIdOf.get(cleanName(name)) ?? diffId;
    if (other !== diffId) throw entries.error(`${name} as the layer ${other} and as ${diffId}`);
    diffIdOf.set(cleanName(name), diffId);
  }
  return names.map((name) => ({ name, size: entries.find(name)?.size ?? 0 }));
}
