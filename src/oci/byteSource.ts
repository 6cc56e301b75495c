import { createReadStream } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { ArchiveError } from "./archiveError";

/** Bytes that are read by position. */
export interface ByteSource {
  /** Whether the file is compressed, so that its bytes can only be read from start to end, by unpacking them all. */
  readonly compressed: boolean;
  /** How many bytes there are; `undefined` while a compressed source has not been read to its end. */
  readonly size: number | undefined;
  /** The bytes from `offset` on: `length` of them, or fewer where the source ends. A compressed source only goes forward. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Compressions that `skopeo` would unpack and this does not; by the first bytes of a file. */
const unsupported: readonly (readonly [name: string, magic: string])[] = [
  ["xz", "fd377a585a00"],
  ["zstd", "28b52ffd"],
  ["bzip2", "425a68"],
];

/** Opens the file at `path`, unpacking it where it is gzip. Throws `ArchiveError` where there is no file to read. */
export async function openSource(path: string): Promise<ByteSource> {
  const handle = await openFile(path);
  try {
    const { size } = await handle.stat();
    if (size === 0) throw new ArchiveError(path, "an empty file");
    const head = (await readAt(handle, 0, 6)).toString("hex");
    const packed = unsupported.find(([, magic]) => head.startsWith(magic));
    if (packed)
      throw new ArchiveError(path, `${packed[0]} compression`, "a tar, plain or with gzip");
    if (!head.startsWith("1f8b")) return new FileSource(handle, size);
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return new GunzipSource(path);
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    if (!(await stat(path)).isFile()) throw new ArchiveError(path, "something that is not a file");
    return await open(path, "r");
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new ArchiveError(
      path,
      code === "ENOENT" ? "no such file" : `a file that cannot be read (${code})`,
    );
  }
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

class FileSource implements ByteSource {
  readonly compressed = false;
  constructor(
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  read(offset: number, length: number): Promise<Buffer> {
    return readAt(this.handle, offset, length);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

class GunzipSource implements ByteSource {
  readonly compressed = true;
  size: number | undefined;
  private readonly gunzip = createGunzip({ chunkSize: 256 * 1024 });
  private readonly file;
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);
  /** Where `held` begins. */
  private position = 0;

  constructor(private readonly path: string) {
    this.file = createReadStream(path, { highWaterMark: 256 * 1024 });
    this.file.on("error", (error) => this.gunzip.destroy(error));
    this.chunks = this.file.pipe(this.gunzip)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = length; missing > 0;) {
      if (this.held.length === 0 && !(await this.more())) break;
      const skipped = Math.min(Math.max(offset - this.position, 0), this.held.length);
      const part = this.held.subarray(skipped, skipped + missing);
      this.held = this.held.subarray(skipped + part.length);
      this.position += skipped + part.length;
      if (part.length > 0) parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  close(): Promise<void> {
    this.file.destroy();
    this.gunzip.destroy();
    return Promise.resolve();
  }

  private async more(): Promise<boolean> {
    const next = await this.chunks.next().catch((error: unknown) => {
      throw new ArchiveError(
        this.path,
        `gzip that cannot be unpacked to its end (${(error as Error).message})`,
      );
    });
    if (next.done === true) this.size = this.position;
    else this.held = next.value;
    return next.done !== true;
  }
}
