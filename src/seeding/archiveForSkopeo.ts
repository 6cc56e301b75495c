import { existsSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ArchiveFile } from "../images/archives/archiveFile";

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

/**
 * Hands an open archive to skopeo: the very file, by its descriptor, where /proc opens a descriptor anew at its start
 * (Linux), so that nothing can take its place; by a link in `folder`, a private one, elsewhere. Never by its path: skopeo
 * ends a docker-archive's path at the first colon and has no way to write one (containers/image, docker/archive).
 */
export function archiveForSkopeo(
  { path, handle }: Pick<ArchiveFile, "path" | "handle">,
  folder: string,
  byDescriptor = existsSync(descriptors),
): ArchiveForSkopeo {
  if (byDescriptor)
    return {
      source: `docker-archive:${descriptors}/3`,
      cwd: process.cwd(),
      descriptors: [handle.fd],
    };
  const name = "archive.tar";
  symlinkSync(resolve(path), join(folder, name));
  return { source: `docker-archive:${name}`, cwd: folder, descriptors: [] };
}
