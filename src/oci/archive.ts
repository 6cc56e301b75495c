import { posix } from "node:path";
import { z } from "zod";
import { ArchiveError } from "./archiveError";
import { openSource } from "./byteSource";
import { sha256 } from "./digest";
import { field, GoJsonError, object, parseJson, strings } from "./goJson";
import { platformOfConfig, type Platform } from "./platform";
import { indexTar, keptJson, type TarEntry, type TarIndex } from "./tarIndex";

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

const manifestItems = z.array(
  z.object({
    Config: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z.array(z.string()).nullish(),
  }),
);
type ManifestItem = z.infer<typeof manifestItems>[number];

/**
 * Reads what a docker-archive says of its one image: `manifest.json` and the config, nothing else, so the time does not
 * grow with the layers. Takes what `docker save` (also of Docker 25 and later, which puts an OCI layout around it),
 * `podman save`, `skopeo` and `crane` write, plain or with gzip, and finds entries as skopeo does: by cleaned name, the
 * first of two, through one symlink (containers/image, docker/internal/tarfile).
 *
 * Throws `ArchiveError` for anything else, and for an archive whose parts are missing or contradict each other.
 */
export async function readArchive(path: string): Promise<DockerArchive> {
  const source = await openSource(path);
  try {
    const tar = await indexTar(source, path);
    const find = finder(tar);
    const item = await onlyImage(path, tar, find);
    const config = await readJson(path, tar, find, item.Config);
    const imageId = sha256(config);
    refuseOtherDigest(path, item.Config, imageId);
    const { platform, diffIds } = readConfig(path, item.Config, config);
    const layers = findLayers(path, find, item.Layers ?? [], diffIds);
    const repoTags = item.RepoTags ?? [];
    return {
      path,
      compressed: tar.compressed,
      imageId,
      repoTags,
      platform,
      config,
      diffIds,
      layers,
    };
  } finally {
    await source.close();
  }
}

type Find = (name: string) => TarEntry | undefined;

const clean = (name: string) => posix.normalize(name).replace(/(?<=.)\/$/, "");

function finder({ entries }: TarIndex): Find {
  const byName = new Map<string, TarEntry>();
  for (const entry of entries) {
    const name = clean(entry.name);
    if (!byName.has(name)) byName.set(name, entry);
  }
  return (name) => {
    const entry = byName.get(clean(name));
    return entry?.target === undefined
      ? entry
      : byName.get(posix.join(posix.dirname(clean(name)), entry.target));
  };
}

async function onlyImage(path: string, tar: TarIndex, find: Find): Promise<ManifestItem> {
  if (find("manifest.json") === undefined) throw new ArchiveError(path, withoutManifest(tar, find));
  const bytes = await readJson(path, tar, find, "manifest.json");
  const { data: items, error } = manifestItems.safeParse(parse(path, bytes, "manifest.json"));
  if (error)
    throw new ArchiveError(
      path,
      `a manifest.json that is none (${z.prettifyError(error).split("\n").join(" ")})`,
    );
  const [item] = items;
  if (item !== undefined && items.length === 1) return item;
  const names = items.map(({ RepoTags, Config }) => RepoTags?.[0] ?? Config).join(", ");
  throw new ArchiveError(
    path,
    items.length === 0 ? "no image" : `${items.length} images (${names})`,
  );
}

function withoutManifest({ entries }: TarIndex, find: Find): string {
  if (entries.length === 0) return "an empty tar";
  if (find("oci-layout") ?? find("index.json")) {
    return 'an OCI layout without manifest.json ("skopeo copy oci-archive:<this> docker-archive:<file>" converts it)';
  }
  const names = entries.slice(0, 3).map(({ name }) => name);
  return `a tar without manifest.json (its first entries: ${names.join(", ")})`;
}

async function readJson(path: string, tar: TarIndex, find: Find, name: string): Promise<Buffer> {
  const entry = find(name);
  if (entry === undefined)
    throw new ArchiveError(path, `a manifest.json that names ${name}, and no such entry`);
  if (entry.type !== "file")
    throw new ArchiveError(path, `${name} as ${entry.type}`, "a file there");
  if (entry.size > keptJson)
    throw new ArchiveError(path, `${name} of ${entry.size} bytes`, `at most ${keptJson}`);
  const bytes = await tar.read(entry);
  if (bytes === undefined) throw new ArchiveError(path, `${name} that is not JSON`);
  return bytes;
}

function parse(path: string, bytes: Buffer, name: string): unknown {
  try {
    return parseJson(bytes, name);
  } catch (error) {
    throw new ArchiveError(path, (error as Error).message);
  }
}

/** A config's name is its digest in what Docker, skopeo and crane write: `<hex>.json`, `blobs/sha256/<hex>`, `sha256:<hex>`. */
function refuseOtherDigest(path: string, name: string, imageId: string): void {
  const named = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1];
  if (named === undefined || imageId === `sha256:${named}`) return;
  throw new ArchiveError(
    path,
    `a config of ${imageId} under the name ${name}`,
    "the config that the name promises",
  );
}

function readConfig(
  path: string,
  name: string,
  bytes: Buffer,
): Pick<DockerArchive, "platform" | "diffIds"> {
  try {
    const platform = platformOfConfig(bytes);
    const rootfs = field(object(parseJson(bytes, name), name), "rootfs");
    if (rootfs === undefined) throw new GoJsonError(`${name} has no rootfs`);
    if (platform.os === "" || platform.architecture === "")
      throw new GoJsonError(`${name} names no platform`);
    return {
      platform,
      diffIds: strings(field(object(rootfs, "rootfs"), "diff_ids"), "rootfs.diff_ids"),
    };
  } catch (error) {
    if (!(error instanceof GoJsonError)) throw error;
    throw new ArchiveError(path, `no image config: ${error.message}`);
  }
}

function findLayers(
  path: string,
  find: Find,
  names: string[],
  diffIds: string[],
): DockerArchive["layers"] {
  if (names.length !== diffIds.length) {
    throw new ArchiveError(
      path,
      `${names.length} layers in manifest.json and ${diffIds.length} diff_ids in the config`,
    );
  }
  const missing = names.filter((name) => find(name)?.type !== "file");
  if (missing.length > 0)
    throw new ArchiveError(path, `no content for ${missing.join(", ")}, named in manifest.json`);
  const diffIdOf = new Map<string, string>();
  for (const [position, name] of names.entries()) {
    const diffId = diffIds[position] ?? "";
    const other = diffIdOf.get(clean(name)) ?? diffId;
    if (other !== diffId)
      throw new ArchiveError(path, `${name} as the layer ${other} and as ${diffId}`);
    diffIdOf.set(clean(name), diffId);
  }
  return names.map((name) => ({ name, size: find(name)?.size ?? 0 }));
}
