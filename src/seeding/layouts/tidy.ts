import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { withPrivateDirectory } from "../../system/privateDirectory";
import { dropLayout, layoutNames } from "./keptLayouts";
import { lapsed, type KeptLayout } from "./lapsed";
import { blobFolder } from "./layout";

/** After which time what a killed deployment left in a container or on a machine that is no more is removed: a day, in ms. */
const leftFor = 24 * 3_600_000;

/** Removes layouts that lapsed, and what killed deployments left. What a process of this machine left goes with the next push already. */
export async function tidyLayouts(folder: string, now = Date.now()): Promise<void> {
  const gone = lapsed(keptLayouts(folder), now);
  if (gone.length > 0)
    await withPrivateDirectory((aside) => {
      for (const name of gone) dropLayout(folder, name, aside);
      return Promise.resolve();
    }, folder);
  const kept = new Set(layoutNames(folder));
  for (const name of readdirSync(folder).filter((each) => !kept.has(each))) {
    const path = join(folder, name);
    const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (now - touched > leftFor) rmSync(path, { recursive: true, force: true });
  }
}

const keptLayouts = (folder: string): KeptLayout[] =>
  layoutNames(folder).flatMap((name) => {
    const path = join(folder, name);
    const used = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    return used === undefined ? [] : [{ name, used, busy: isBusy(path), files: filesOf(path) }];
  });

/** Whoever pushes from a layout holds links to all of its files; index.json is the one that no other layout shares. */
const isBusy = (path: string) =>
  (statSync(join(path, "index.json"), { throwIfNoEntry: false })?.nlink ?? 0) > 1;

function filesOf(path: string): Map<number, number> {
  try {
    const blobs = blobFolder(path);
    const files = readdirSync(blobs).map((name) => {
      const { ino, size } = statSync(join(blobs, name));
      return [ino, size] as const;
    });
    return new Map(files);
  } catch (error) {
    // Another deployment removes it, or somebody else did by hand.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
}
