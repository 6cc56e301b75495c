import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Compression } from "../skopeo";
import { blobFolder, blobPath, readLayout } from "./layout";

/** What decides about the bytes of a compressed image. */
export interface LayoutKey {
  imageId: string;
  compression: Compression;
  /** skopeo's version: another one may compress otherwise. */
  version: string;
}

/** The name of an image's folder among the layouts. */
export const layoutName = ({ imageId, ...how }: LayoutKey) =>
  `${imageId.slice("sha256:".length)}${howCompressed(how)}`;

const howCompressed = ({ compression, version }: Omit<LayoutKey, "imageId">) =>
  `-${compression}-${version}`;

const isLayout = (name: string) => /^[0-9a-f]{64}-/.test(name);

/** The names of all layouts in `folder`, or of those that were compressed in one way. */
export const layoutNames = (folder: string, how?: Omit<LayoutKey, "imageId">): string[] =>
  readdirSync(folder).filter(
    (name) => isLayout(name) && (how === undefined || name.endsWith(howCompressed(how))),
  );

/**
 * Takes a kept layout for a push: as links in `into`, so that whoever removes it meanwhile takes nothing away. False where there is
 * none of this name.
 *
 * @throws Error where a file of it is missing or cannot be linked.
 */
export function takeLayout(folder: string, name: string, into: string): boolean {
  const kept = join(folder, name);
  try {
    linkFiles(kept, into);
    const now = new Date();
    utimesSync(kept, now, now);
    return true;
  } catch (error) {
    rmSync(into, { recursive: true, force: true });
    if (!existsSync(kept)) return false;
    throw error;
  }
}

/** Keeps a layout under its name, all of it at once. Where another deployment was first, that one's stays. */
export function keepLayout(folder: string, name: string, layout: string): void {
  const aside = join(dirname(layout), "kept");
  linkFiles(layout, aside);
  try {
    renameSync(aside, join(folder, name));
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    rmSync(aside, { recursive: true });
  }
}

/** Removes a layout: out of the way at once, by a rename into `aside`, so that nobody finds half of it. */
export function dropLayout(folder: string, name: string, aside: string): void {
  try {
    renameSync(join(folder, name), join(aside, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  rmSync(join(aside, name), { recursive: true });
}

/** Removes every layout that holds the blob with `digest`: a layer of several images is one file. */
export function dropHolders(folder: string, digest: string, aside: string): void {
  for (const name of layoutNames(folder)) {
    if (statSync(blobPath(join(folder, name), digest), { throwIfNoEntry: false }) !== undefined)
      dropLayout(folder, name, aside);
  }
}

/** A layer as it was compressed before. */
export interface CompressedLayer {
  mediaType: string;
  digest: string;
  size: number;
  /** The blob. */
  path: string;
}

/** Every layer that a kept layout has, compressed in one way, by the digest of what it was before. */
export function compressedLayers(
  folder: string,
  how: Omit<LayoutKey, "imageId">,
): Map<string, CompressedLayer> {
  const layers = new Map<string, CompressedLayer>();
  for (const name of layoutNames(folder, how)) {
    const kept = join(folder, name);
    for (const [diffId, layer] of layersOf(kept)) layers.set(diffId, layer);
  }
  return layers;
}

function layersOf(kept: string): [string, CompressedLayer][] {
  try {
    const { manifest, diffIds } = readLayout(kept);
    if (manifest.layers.length !== diffIds.length) return [];
    return manifest.layers.flatMap(({ mediaType, digest, size }, position) => {
      const diffId = diffIds[position];
      const path = blobPath(kept, digest);
      return diffId === undefined ? [] : [[diffId, { mediaType, digest, size, path }]];
    });
  } catch {
    // Its own image's next push throws it away.
    return [];
  }
}

function linkFiles(from: string, to: string): void {
  const [source, target] = [blobFolder(from), blobFolder(to)];
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const name of ["oci-layout", "index.json"]) linkSync(join(from, name), join(to, name));
  for (const name of readdirSync(source)) linkSync(join(source, name), join(target, name));
}
