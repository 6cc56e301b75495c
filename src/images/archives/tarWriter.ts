import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { Header, Pax, type HeaderData } from "tar";
import { block } from "./tarHeader";

/** Content of one entry, in parts whose lengths add up to `size`. */
export interface Content {
  size: number;
  parts: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** What is in memory already. */
export function contentOf(data: string | Buffer): Content {
  const bytes = Buffer.from(data);
  return { size: bytes.length, parts: [bytes] };
}

/** The header of an entry, with fixed times and owners so that the same content always gives the same tar. */
export function tarHeader(
  path: string,
  size: number,
  type: "File" | "Directory" | "SymbolicLink" = "File",
  linkpath?: string,
): Buffer {
  const data: HeaderData = {
    path,
    size,
    type,
    mode: type === "File" ? 0o644 : 0o755,
    uid: 0,
    gid: 0,
    mtime: new Date(0),
    ...(linkpath === undefined ? {} : { linkpath }),
  };
  const header = new Header(data);
  const bytes = Buffer.alloc(block);
  return header.encode(bytes) ? Buffer.concat([new Pax(data).encode(), bytes]) : bytes;
}

/** A whole tar as a stream of parts: headers, contents, padding and the two zero blocks at its end. */
export function tarOf(files: readonly (readonly [path: string, content: Content])[]): Content {
  const heads = files.map(([path, { size }]) => tarHeader(path, size));
  const size = files.reduce(
    (sum, [, content], index) => sum + (heads[index]?.length ?? 0) + padded(content.size),
    2 * block,
  );
  async function* parts(): AsyncGenerator<Buffer> {
    for (const [index, [, content]] of files.entries()) {
      yield heads[index] ?? Buffer.alloc(0);
      yield* content.parts;
      yield Buffer.alloc(padded(content.size) - content.size);
    }
    yield Buffer.alloc(2 * block);
  }
  return { size, parts: parts() };
}

const padded = (size: number) => Math.ceil(size / block) * block;

/** Writes a tar file entry by entry; an entry's name may depend on its content. Runs of zeros become holes in the file. */
export class TarWriter {
  private position = 0;
  private readonly names = new Set<string>();

  private constructor(private readonly handle: FileHandle) {}

  /** Begins the tar at `path`, over any file that is there. */
  static async create(path: string): Promise<TarWriter> {
    return new TarWriter(await open(path, "w"));
  }

  /** Writes one entry under the name that `nameOf` makes of the content's SHA-256, the first time; returns that hash. */
  async add(content: Content, nameOf: (hex: string) => string): Promise<string> {
    // The name is known only after the content, so that is written first, behind the room for a header of its size.
    const placeholder = tarHeader(nameOf("0".repeat(64)), content.size);
    const hash = createHash("sha256");
    let offset = this.position + placeholder.length;
    for await (const part of content.parts) {
      hash.update(part);
      await this.write(part, offset);
      offset += part.length;
    }
    const hex = hash.digest("hex");
    const name = nameOf(hex);
    if (this.names.has(name)) {
      await this.handle.truncate(this.position);
      return hex;
    }
    this.names.add(name);
    await this.write(tarHeader(name, content.size), this.position);
    this.position += placeholder.length + padded(content.size);
    return hex;
  }

  /** Writes a symlink; `target` is relative to its own folder. */
  async addLink(path: string, target: string): Promise<void> {
    const header = tarHeader(path, 0, "SymbolicLink", target);
    await this.write(header, this.position);
    this.position += header.length;
  }

  /** Ends the tar with two zero blocks and closes the file. */
  async end(): Promise<void> {
    await this.handle.truncate(this.position);
    await this.handle.truncate(this.position + 2 * block);
    await this.close();
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private async write(bytes: Buffer, position: number): Promise<void> {
    if (bytes.equals(zeros.subarray(0, bytes.length))) return;
    for (let written = 0; written < bytes.length;) {
      written += (
        await this.handle.write(bytes, written, bytes.length - written, position + written)
      ).bytesWritten;
    }
  }
}

const zeros = Buffer.alloc(1024 * 1024);
