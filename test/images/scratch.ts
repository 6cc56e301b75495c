import { mkdtempSync, rmSync } from "node:fs";
import { appendFile, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentOf, tarHeader, tarOf } from "../../src/images/archives/tarWriter";

/** A folder of the suite's own that goes with it; call it inside `describe`, the result gives a path in the folder. */
export function useScratch(): (name: string) => string {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-"));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return (name) => join(folder, name);
}

/** The bytes of a tar with these entries. */
export async function tarBytes(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const parts: Buffer[] = [];
  const entries = Object.entries(files).map(([name, text]) => [name, contentOf(text)] as const);
  for await (const part of tarOf(entries).parts) parts.push(part);
  return Buffer.concat(parts);
}

/** Writes a tar with these entries and returns its path. */
export async function writeTar(
  path: string,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<string> {
  await writeFile(path, await tarBytes(files));
  return path;
}

/** Writes a tar whose files are all holes: sizes by name, at no cost on disk. */
export async function writeHoles(
  path: string,
  sizes: Readonly<Record<string, number>>,
): Promise<string> {
  await writeFile(path, "");
  for (const [name, size] of Object.entries(sizes)) {
    // The last block is the header itself: without the pax header that repeats a size of more than 8 GiB.
    await appendFile(path, tarHeader(name, size).subarray(-512));
    await truncate(path, (await stat(path)).size + Math.ceil(size / 512) * 512);
  }
  return path;
}
