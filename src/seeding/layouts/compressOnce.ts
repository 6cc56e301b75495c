import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { canonicalConfigDigest } from "../../images/imageConfig";
import { tryLock } from "../../system/lockFile";
import { withPrivateDirectory } from "../../system/privateDirectory";
import type { SeedPlatform } from "../findImage";
import { pushArchive, pushLayout, skopeoVersion, writeLayout, type PushOptions } from "../skopeo";
import {
  compressedLayers,
  dropHolders,
  dropLayout,
  keepLayout,
  layoutName,
  takeLayout,
} from "./keptLayouts";
import { withKnownLayers } from "./knownLayers";
import { brokenBlob, readLayout } from "./layout";
import { openLayoutFolder } from "./layoutFolder";
import { tidyLayouts } from "./tidy";

/** An archive to push, with what the lock says of its image. */
export interface LockedPush extends PushOptions {
  wanted: Pick<SeedPlatform, "imageId" | "config">;
  /** Told what a person may want to know afterwards. */
  onProgress?: (line: string) => void;
}

/** For how long a deployment waits for another one that compresses the same image, in ms: it may have been stopped by Ctrl-Z. */
const patience = 15 * 60_000;

/**
 * Pushes the image in an archive, compressed once for all registries of this machine's user: from an OCI layout that is kept, and
 * written first where it is missing. Whatever goes wrong with the layout, the image goes out from the archive itself, and a line says
 * why. Returns the digest of the manifest that landed, which is the same either way.
 */
export async function pushCompressedOnce(options: LockedPush): Promise<string> {
  const attempt = { begun: false };
  try {
    const folder = openLayoutFolder();
    const { compression, wanted } = options;
    const how = { compression, version: await skopeoVersion() };
    const name = layoutName({ imageId: wanted.imageId, ...how });
    const pushed = await withPrivateDirectory((aside, signal) => {
      attempt.begun = true;
      return new OnePush(options, { folder, name, how, aside, signal }).run();
    }, folder);
    await tidyLayouts(folder).catch((error: unknown) => {
      options.onProgress?.(`what lapsed in ${folder} stays: ${reasonOf(error)}`);
    });
    return pushed;
  } catch (error) {
    if (attempt.begun) throw error;
    return straight(options, reasonOf(error));
  }
}

interface Workplace {
  /** Where layouts are kept. */
  folder: string;
  /** The name of this image's layout in it. */
  name: string;
  how: Pick<Parameters<typeof layoutName>[0], "compression" | "version">;
  /** A folder of this push alone, beside the kept layouts. */
  aside: string;
  signal: AbortSignal;
}

class OnePush {
  readonly #options: LockedPush;
  readonly #at: Workplace;
  /** What is pushed: this push's own links to the files of a kept layout. */
  readonly #layout: string;

  constructor(options: LockedPush, at: Workplace) {
    this.#options = options;
    this.#at = at;
    this.#layout = join(at.aside, "layout");
  }

  async run(): Promise<string> {
    const { folder, aside, signal } = this.#at;
    try {
      await this.#bring();
    } catch (error) {
      if (signal.aborted) throw error;
      // What was written of it may be what filled the disk.
      rmSync(this.#layout, { recursive: true, force: true });
      return straight(this.#options, reasonOf(error));
    }
    try {
      const layout = this.#layout;
      const { layers } = readLayout(layout).manifest;
      const size = layers.reduce((sum, layer) => sum + layer.size, 0);
      return await pushLayout({ ...this.#options, layout, size });
    } catch (error) {
      if (signal.aborted) throw error;
      const broken = await brokenBlob(this.#layout);
      if (broken === undefined) throw error;
      dropHolders(folder, broken, aside);
      return straight(this.#options, `${broken} was damaged in ${folder} and is thrown away`);
    }
  }

  /** The layout of the image: as it is kept, or written by whoever comes first. */
  async #bring(): Promise<void> {
    if (this.#take()) return;
    const { folder, name, signal } = this.#at;
    const lock = join(folder, `lock-${name}`);
    for (const until = performance.now() + patience; ;) {
      const attempt = tryLock(lock);
      if ("release" in attempt) {
        try {
          if (!this.#take()) await this.#write();
          return;
        } finally {
          attempt.release();
        }
      }
      await sleep(100, undefined, { signal });
      if (this.#take()) return;
      if (performance.now() > until) return this.#write();
    }
  }

  /** Whether the layout is kept, whole as far as its documents tell, and of the locked image. */
  #take(): boolean {
    const { folder, name, aside } = this.#at;
    try {
      if (!takeLayout(folder, name, this.#layout)) return false;
      this.#refuseOther();
      return true;
    } catch (error) {
      this.#say(`${join(folder, name)} is thrown away: ${reasonOf(error)}`);
      rmSync(this.#layout, { recursive: true, force: true });
      dropLayout(folder, name, aside);
      return false;
    }
  }

  async #write(): Promise<void> {
    const { folder, name, how } = this.#at;
    const layout = this.#layout;
    await withKnownLayers(layout, compressedLayers(folder, how), () =>
      writeLayout({ ...this.#options, layout }),
    );
    this.#refuseOther();
    try {
      keepLayout(folder, name, layout);
    } catch (error) {
      this.#say(`${join(folder, name)} is not kept: ${reasonOf(error)}`);
    }
  }

  #refuseOther(): void {
    const found = canonicalConfigDigest(readLayout(this.#layout).config);
    if (found !== this.#options.wanted.config)
      throw new Error(`it holds the config ${found} instead of ${this.#options.wanted.config}`);
  }

  #say(line: string): void {
    this.#options.onProgress?.(line);
  }
}

function straight(options: LockedPush, reason: string): Promise<string> {
  options.onProgress?.(`pushed from the archive itself: ${reason}`);
  return pushArchive(options);
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
