import { createWriteStream, existsSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { ArchiveFile } from "../images/archives/archiveFile";
import { isGzip } from "../images/archives/byteSource";

/** How skopeo is started so that it reads one archive. */
export interface ArchiveForSkopeo {
  /** Its name for the archive, with the transport. */
  source: string;
  /** The folder to start it in. */
  cwd: string;
  /** File descriptors that it gets from the third on. */
  descriptors: number[];
}

const descriptors = "/proc/self/fd";

const name = "archive.tar";

/**
 * Hands an open archive to skopeo: the very file, by its descriptor, where /proc opens a descriptor anew at its start
 * (Linux), so that nothing can take its place; by a link in `folder`, a private one, elsewhere. Never by its path: skopeo
 * ends a docker-archive's path at the first colon and has no way to write one (containers/image, docker/archive).
 *
 * One with gzip is unpacked into `folder`, as skopeo would: 1.9.3 finds no tar in any that is packed so.
 */
export async function archiveForSkopeo(
  { path, handle }: Pick<ArchiveFile, "path" | "handle">,
  folder: string,
  {
    signal,
    byDescriptor = existsSync(descriptors),
  }: { signal?: AbortSignal; byDescriptor?: boolean } = {},
): Promise<ArchiveForSkopeo> {
  const inFolder = { source: `docker-archive:${name}`, cwd: folder, descriptors: [] };
  if (await isGzip(handle)) {
    const packed = handle.createReadStream({ start: 0, autoClose: false });
    await pipeline(packed, createGunzip(), createWriteStream(join(folder, name)), { signal });
    return inFolder;
  }
  if (byDescriptor)
    return {
      source: `docker-archive:${descriptors}/3`,
      cwd: process.cwd(),
      descriptors: [handle.fd],
    };
  symlinkSync(resolve(path), join(folder, name));
  return inFolder;
}
