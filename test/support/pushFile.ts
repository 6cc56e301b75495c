import { ArchiveFile } from "../../src/oci/archiveFile";
import { pushArchive, type PushOptions } from "../../src/oci/skopeo";

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
