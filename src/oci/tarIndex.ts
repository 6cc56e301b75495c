import { Header, Pax, type HeaderData } from "tar";
import { ArchiveError } from "./archiveError";
import type { ByteSource } from "./byteSource";

/** One entry of a tar. */
export interface TarEntry {
  /** As it stands in the tar, with pax and GNU long names applied. */
  name: string;
  type: "file" | "symlink" | "directory" | "other";
  /** Where a symlink points, relative to its own folder. */
  target?: string;
  /** Where the content begins, in bytes from the start of the (unpacked) tar. */
  offset: number;
  /** Bytes of content. */
  size: number;
}

export interface TarIndex {
  compressed: boolean;
  entries: readonly TarEntry[];
  /**
   * The content of an entry. Of a compressed tar only what was kept in passing can be had: JSON of at most
   * `keptJson` bytes; anything else is `undefined`.
   */
  read(entry: TarEntry): Promise<Buffer | undefined>;
}

/** The largest JSON entry that is kept while a compressed tar goes by: what containers/image accepts as a config (iolimits.MaxConfigBodySize). */
export const keptJson = 4 * 1024 * 1024;

const block = 512;
/** The largest pax or GNU header that is read; node-tar's limit. */
const metaLimit = 1024 * 1024;

/**
 * Lists the entries of a tar by reading its 512-byte headers alone; contents are skipped. Ends at the first zero block
 * or at the end of the file, as Go's archive/tar does. Throws `ArchiveError`, naming `path`, for what is no tar, for a
 * damaged header and for a tar that is cut off.
 */
export async function indexTar(source: ByteSource, path: string): Promise<TarIndex> {
  const entries: TarEntry[] = [];
  const kept = new Map<TarEntry, Buffer>();
  for await (const entry of walk(source, path)) {
    entries.push(entry);
    if (source.compressed && entry.type === "file" && entry.size <= keptJson) {
      const start = await source.read(entry.offset, Math.min(entry.size, 1));
      if (start.toString() !== "{" && start.toString() !== "[") continue;
      kept.set(entry, Buffer.concat([start, await source.read(entry.offset + 1, entry.size - 1)]));
    }
  }
  return {
    compressed: source.compressed,
    entries,
    read: async (entry) =>
      source.compressed ? kept.get(entry) : source.read(entry.offset, entry.size),
  };
}

async function* walk(source: ByteSource, path: string): AsyncGenerator<TarEntry> {
  let last: TarEntry | undefined;
  let extended: HeaderData | undefined;
  let global: HeaderData | undefined;
  for (let offset = 0; ;) {
    const bytes = await source.read(offset, block);
    refuseCutOff(source, path, last);
    if (bytes.length === 0) return;
    const header = decode(bytes, offset, path, extended, global);
    if (header === undefined) return;
    const entry = entryOf(header, offset + block, extended);
    offset = entry.offset + Math.ceil(entry.size / block) * block;
    last = entry;
    switch (header.type) {
      case "ExtendedHeader":
      case "OldExtendedHeader":
        extended = Pax.parse(await meta(source, path, entry), extended);
        break;
      case "GlobalExtendedHeader":
        global = Pax.parse(await meta(source, path, entry), global, true);
        break;
      case "NextFileHasLongPath":
      case "OldGnuLongPath":
        extended = { ...extended, path: untilNul(await meta(source, path, entry)) };
        break;
      case "NextFileHasLongLinkpath":
        extended = { ...extended, linkpath: untilNul(await meta(source, path, entry)) };
        break;
      default:
        extended = undefined;
        yield entry;
    }
  }
}

/** The header in `bytes`, or `undefined` for the zero block that ends a tar. */
function decode(
  bytes: Buffer,
  offset: number,
  path: string,
  extended: HeaderData | undefined,
  global: HeaderData | undefined,
): Header | undefined {
  const first = offset === 0;
  if (bytes.length < block) {
    throw new ArchiveError(
      path,
      first
        ? `${bytes.length} bytes, too few for a tar`
        : `a tar that is cut off inside the header at byte ${offset}`,
    );
  }
  const header = new Header(bytes, 0, extended, global);
  if (header.nullBlock) return undefined;
  if (!header.cksumValid) {
    throw new ArchiveError(
      path,
      first
        ? "a file that does not begin as a tar does"
        : `a damaged tar: no valid header at byte ${offset}`,
    );
  }
  return header;
}

/** Types that have no content, whatever size they state (Go's archive/tar, isHeaderOnlyType). */
const headerOnly = new Set([
  "Link",
  "SymbolicLink",
  "CharacterDevice",
  "BlockDevice",
  "Directory",
  "FIFO",
]);
const files = new Set(["File", "OldFile", "ContiguousFile"]);

function entryOf(header: Header, offset: number, extended: HeaderData | undefined): TarEntry {
  // node-tar's Header puts its own prefix before a pax path and its own link over a pax link: the pax ones are whole.
  const target = extended?.linkpath ?? header.linkpath;
  const entry = {
    name: extended?.path ?? header.path ?? "",
    offset,
    size: headerOnly.has(header.type) ? 0 : (header.size ?? 0),
  };
  if (header.type === "SymbolicLink") return { ...entry, type: "symlink", target: target ?? "" };
  if (header.type === "Directory") return { ...entry, type: "directory" };
  return { ...entry, type: files.has(header.type) ? "file" : "other" };
}

function refuseCutOff(source: ByteSource, path: string, last: TarEntry | undefined): void {
  if (last === undefined || source.size === undefined || last.offset + last.size <= source.size)
    return;
  throw new ArchiveError(
    path,
    `a tar that is cut off: its entry ${last.name} ends at byte ${last.offset + last.size}, the tar at byte ${source.size}`,
  );
}

async function meta(source: ByteSource, path: string, entry: TarEntry): Promise<string> {
  if (entry.size > metaLimit) {
    throw new ArchiveError(
      path,
      `a damaged tar: ${entry.size} bytes for the header before byte ${entry.offset}`,
    );
  }
  return (await source.read(entry.offset, entry.size)).toString("utf8");
}

const untilNul = (text: string) => text.replace(/\0.*$/s, "");
