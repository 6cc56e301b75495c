import { ArchiveFile } from "../../src/images/archives/archiveFile";
import { pushArchive, type PushOptions } from "../../src/seeding/skopeo";

/** Pushes the archive at a path, unchecked. */
export async function pushFile(
  options: Omit<PushOptions, "archive"> & { archive: string },
): Promise<string> {
  const archive = await ArchiveFile.open(options.archive);
  try {
    return await pushArchive({ ...options, archive });
  } finally {
    await archive.close();
  }
}
