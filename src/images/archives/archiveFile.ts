import type { BigIntStats } from "node:fs";
import { constants, open, type FileHandle } from "node:fs/promises";
import { ArchiveError } from "./archiveError";

/** An archive's file, opened once: whoever checks it and whoever pushes it read the same file, whatever takes its name meanwhile. */
export class ArchiveFile {
  private constructor(
    /** As it was named by whoever asked for it. */
    readonly path: string,
    readonly handle: FileHandle,
    /** Bytes. */
    readonly size: number,
    private readonly opened: BigIntStats,
  ) {}

  /** Opens the file at `path`: `await using`, or `close()` it. Throws `ArchiveError` where there is no file to read. */
  static async open(path: string): Promise<ArchiveFile> {
    const handle = await openFile(path);
    try {
      const opened = await handle.stat({ bigint: true });
      if (!opened.isFile()) throw new ArchiveError(path, "something that is not a file");
      if (opened.size === 0n) throw new ArchiveError(path, "an empty file");
      return new ArchiveFile(path, handle, Number(opened.size), opened);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Whether somebody wrote into it since it was opened. The name may have gone to another file: that changes nothing here. */
  async isChanged(): Promise<boolean> {
    const { size, mtimeNs } = await this.handle.stat({ bigint: true });
    return size !== this.opened.size || mtimeNs !== this.opened.mtimeNs;
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // A pipe would otherwise be waited for.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new ArchiveError(
      path,
      code === "ENOENT" ? "no such file" : `a file that cannot be read (${code})`,
    );
  }
}
