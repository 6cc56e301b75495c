import { Pax, type HeaderData } from "tar";
import { ArchiveError } from "./archiveError";
import type { ByteSource } from "./byteSource";
import { block, decodeHeader, entryOf, type TarEntry } from "./tarEntry";

export type { TarEntry } from "./tarEntry";

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
      if (!/^[\s{[]/.test(start.toString())) continue;
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
    const header = decodeHeader(bytes, offset, path, extended, global);
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

function refuseCutOff(source: ByteSource, path: string, last: TarEntry | undefined): void {
  const end = last === undefined ? 0 : last.offset + last.size;
  if (last === undefined || source.size === undefined || end <= source.size) return;
  throw new ArchiveError(
    path,
    `a tar that is cut off: its entry ${last.name} ends at byte ${end}, the tar at byte ${source.size}`,
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
