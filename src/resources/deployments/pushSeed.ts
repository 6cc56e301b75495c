import { stacksWithFiles } from "../../config/stackFile";
import { pushCompressedOnce, type LockedPush } from "../../seeding/layouts/compressOnce";
import { pushArchive } from "../../seeding/skopeo";
import { projectFolder } from "../../system/projectFolder";

/**
 * Pushes an archive and returns the digest of the manifest that landed. In a project of several stacks it is compressed once for all
 * of them. A single one would gain nothing: writing and reading the layout costs up to a quarter more CPU than the direct push
 * (bench/compressOnce.ts).
 */
export const pushSeed = (push: LockedPush): Promise<string> =>
  hasSeveralStacks() ? pushCompressedOnce(push) : pushArchive(push);

function hasSeveralStacks(): boolean {
  try {
    return stacksWithFiles(projectFolder()).length > 1;
  } catch {
    // A program of somebody's own, without a project's folders.
    return false;
  }
}
