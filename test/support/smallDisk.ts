import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "mocha";
import { skipBecause } from "./skip";

const mount = (...args: string[]) => execFileSync("mount", args, { stdio: "pipe" });
const unmount = (folder: string) => execFileSync("umount", ["--lazy", folder], { stdio: "pipe" });

/** A file system of a few megabytes, which can be full. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** Makes one; skips what is running where nobody may mount. */
  static forSuite(context: Context): SmallDisk {
    const folder = mkdtempSync(join(tmpdir(), "zot-fleet-disk-"));
    try {
      mount("-t", "tmpfs", "-o", "size=6m", "none", folder);
    } catch {
      rmSync(folder, { recursive: true });
      skipBecause("no file system may be mounted here", context);
    }
    return new SmallDisk(folder);
  }

  get #filler(): string {
    return join(this.folder, "filler");
  }

  /** Takes all the room that is left. */
  fill(): void {
    const file = openSync(this.#filler, "w");
    try {
      for (const size of [65536, 512]) writeAll(file, Buffer.alloc(size));
    } finally {
      closeSync(file);
    }
  }

  /** Gives it back. */
  free(): void {
    rmSync(this.#filler, { force: true });
  }

  /** Also where something still looks at it. */
  remove(): void {
    unmount(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function writeAll(file: number, piece: Buffer): void {
  try {
    for (;;) writeSync(file, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
