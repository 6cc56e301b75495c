import type { FileHandle } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { ArchiveError } from "./archiveError";
import type { ArchiveFile } from "./archiveFile";

/** Bytes that are read by position. */
export interface ByteSource extends AsyncDisposable {
  /** Whether the file is compressed, so that its bytes can only be read from start to end, by unpacking them all. */
  readonly compressed: boolean;
  /** How many bytes there are; `undefined` while a compressed source has not been read to its end. */
  readonly size: number | undefined;
  /** The bytes from `offset` on: `length` of them, or fewer where the source ends. A compressed source only goes forward. */
  read(offset: number, length: number): Promise<Buffer>;
}

const gzip = "1f8b";

/** Compressions that `skopeo` would unpack and this does not; by the first bytes of a file. */
const unsupported: readonly (readonly [name: string, magic: string])[] = [
  ["xz", "fd377a585a00"],
  ["zstd", "28b52ffd"],
  ["bzip2", "425a68"],
];

/**
 * How many times its size a gzipped archive may hold, and the bytes that any may: layers of programs give 2 to 5, and what
 * gives a thousand is a file of zeros, which skopeo would write to the disk.
 */
const mostUnpacked = 100;
const alwaysUnpacked = 64 * 1024 * 1024;

/**
 * The bytes of an archive, unpacked where it is gzip: of at most a hundred times the file's size, or 64 MiB where that is
 * more. Throws `ArchiveError` for other compressions. Closing it leaves the file open.
 */
export async function openSource(file: ArchiveFile): Promise<ByteSource> {
  const head = await readAt(file.handle, 0, 6);
  refuseCompression(file.path, head, unsupported);
  return (await isGzip(file.handle))
    ? new GunzipSource(file)
    : new FileSource(file.handle, file.size);
}

/** Whether a file begins as gzip does. */
export const isGzip = async (handle: FileHandle): Promise<boolean> =>
  (await readAt(handle, 0, 2)).toString("hex") === gzip;

function refuseCompression(path: string, head: Buffer, refused: typeof unsupported, within = "") {
  const start = head.toString("hex", 0, 6);
  const packed = refused.find(([, magic]) => start.startsWith(magic));
  if (packed)
    throw new ArchiveError(path, `${packed[0]} compression${within}`, "a tar, plain or with gzip");
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

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

class GunzipSource implements ByteSource {
  readonly compressed = true;
  size: number | undefined;
  private readonly gunzip = createGunzip({ chunkSize: 256 * 1024 });
  private readonly file;
  private readonly most: number;
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);
  /** Where `held` begins. */
  private position = 0;

  constructor(private readonly archive: ArchiveFile) {
    // From its start, whoever read it before, and left open at the end.
    const options = { start: 0, autoClose: false, highWaterMark: 256 * 1024 };
    this.file = archive.handle.createReadStream(options);
    this.most = Math.max(archive.size * mostUnpacked, alwaysUnpacked);
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

  [Symbol.asyncDispose](): Promise<void> {
    this.file.destroy();
    this.gunzip.destroy();
    return Promise.resolve();
  }

  private async more(): Promise<boolean> {
    const next = await this.chunks.next().catch((error: unknown) => {
      throw new ArchiveError(
        this.archive.path,
        `gzip that cannot be unpacked to its end (${(error as Error).message})`,
      );
    });
    if (next.done === true) this.size = this.position;
    else this.held = next.value;
    if (this.position === 0)
      refuseCompression(this.archive.path, this.held, [...unsupported, ["gzip", gzip]], " in gzip");
    if (this.position + this.held.length > this.most)
      throw new ArchiveError(
        this.archive.path,
        `gzip of ${this.archive.size} bytes that unpacks to more than ${this.most}`,
        "the archive without gzip, where that much is meant (gunzip unpacks it)",
      );
    return next.done !== true;
  }
}
