import { randomUUID } from "node:crypto";
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

/**
 * Writes a file as a whole or not at all: who reads it meanwhile has the one before, or this one. A file that is there keeps
 * its mode and stays behind the link that leads to it; what is no file, such as a pipe, is written into.
 *
 * @throws the system's error; then the file before is as it was
 */
export function writeWhole(path: string, text: string): void {
  const before = statSync(path, { throwIfNoEntry: false });
  if (before !== undefined && !before.isFile()) {
    writeFileSync(path, text);
    return;
  }
  const target = before === undefined ? path : realpathSync(path);
  // Its name ends in nothing that a collector of files looks for.
  const beside = `${target}.${randomUUID()}`;
  try {
    writeFileSync(beside, text, { flag: "wx" });
    if (before !== undefined) chmodSync(beside, before.mode & 0o777);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
