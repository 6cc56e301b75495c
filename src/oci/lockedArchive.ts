import { readArchive } from "./archive";
import type { SeedPlatform } from "./lookAtImage";
import { formatPlatform, parsePlatform, samePlatform } from "./platform";

/** The archive's path, after checking that the image in it is the locked one and of the promised platform. */
export async function lockedArchive(wanted: SeedPlatform, path: string): Promise<string> {
  const archive = await readArchive(path);
  if (!samePlatform(parsePlatform(wanted.platform), archive.platform)) {
    throw new Error(
      `${path}: the image is for ${formatPlatform(archive.platform)}, the seed promises ${wanted.platform}`,
    );
  }
  if (archive.imageId !== wanted.imageId) {
    throw new Error(
      `${path}: the image is ${archive.imageId}, the lock has ${wanted.imageId}. ` +
        `Was the archive built anew? Lock it with "npm run --silent fleet -- lock" and have the change reviewed.`,
    );
  }
  return path;
}
