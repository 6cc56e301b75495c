import { readOpenArchive } from "../images/archives/archive";
import { ArchiveFile } from "../images/archives/archiveFile";
import type { SeedPlatform } from "./findImage";
import { formatPlatform, parsePlatform, samePlatform } from "../images/platform";

/**
 * The archive at `path`, open, after checking that the image in it is the locked one and of the promised platform.
 * `close()` it.
 */
export async function lockedArchive(wanted: SeedPlatform, path: string): Promise<ArchiveFile> {
  const file = await ArchiveFile.open(path);
  try {
    await refuseOther(wanted, file);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function refuseOther(wanted: SeedPlatform, file: ArchiveFile): Promise<void> {
  const { path, imageId, platform } = await readOpenArchive(file);
  if (!samePlatform(parsePlatform(wanted.platform), platform)) {
    throw new Error(
      `${path}: the image is for ${formatPlatform(platform)}, the seed promises ${wanted.platform}`,
    );
  }
  if (imageId !== wanted.imageId) {
    throw new Error(
      `${path}: the image is ${imageId}, the lock has ${wanted.imageId}. ` +
        `Was the archive built anew? Lock it with "npm run --silent fleet -- lock" and have the change reviewed.`,
    );
  }
}
