import { pull, type LoadImage } from "./images";
import { DifferentContent, Way, type Target } from "./way";
import type { Credentials } from "../../../src/registry/client";

/** What a look at every layer of every image found. */
export interface Reading {
  images: number;
  blobs: number;
  /** Images that could not be read whole, and why. */
  missing: string[];
  /** What had other bytes than its digest says. */
  different: string[];
}

const readers = 4;

/** Reads every layer of every image, and compares its digest. */
export async function readAll(
  target: Target,
  credentials: Credentials,
  images: readonly LoadImage[],
): Promise<Reading> {
  const reading: Reading = { images: 0, blobs: 0, missing: [], different: [] };
  const rest = [...images];
  const reader = async () => {
    const way = new Way(target, credentials, true);
    for (let image = rest.pop(); image !== undefined; image = rest.pop()) {
      try {
        // Not in one line: what stands left of an await is read before it.
        const blobs = await pull(way, image);
        reading.blobs += blobs;
        reading.images++;
      } catch (error) {
        const text = `${image.repository}:${image.tag}: ${(error as Error).message}`;
        (error instanceof DifferentContent ? reading.different : reading.missing).push(text);
      }
    }
    way.close();
  };
  await Promise.all(Array.from({ length: readers }, reader));
  return reading;
}
