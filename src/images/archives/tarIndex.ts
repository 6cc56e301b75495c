import { ArchiveError } from "./archiveError";
import type { ByteSource } from "./byteSource";
import { readPaxHeader, type PaxHeader } from "./paxHeader";
import { entryOf, type TarEntry } from "./tarEntry";
import { block, readTarHeader, TarHeaderError, untilNul, utf8, type TarHeader } from "./tarHeader";

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

/** All JSON that is kept of one compressed tar. Docker writes some kilobytes for each layer. */
const keptJsonInAll = 16 * 1024 * 1024;

/** The largest pax or GNU header that is read: Go's limit (archive/tar, maxSpecialFileSize). */
const metaLimit = 1024 * 1024;

/** The most headers of one tar. An image has at most 127 layers, and no program writes more than eight for one of them. */
export const mostHeaders = 10_000;

/**
 * Lists the entries of a tar as Go's archive/tar does, by reading its 512-byte headers alone; contents are skipped. Ends at
 * two zero blocks or at the end of the file. Throws `ArchiveError`, naming `path`, for what is no tar, for a damaged
 * header, for a tar that is cut off, and for one of more than `mostHeaders` headers.
 */
export async function indexTar(source: ByteSource, path: string): Promise<TarIndex> {
  const entries: TarEntry[] = [];
  const kept = new Map<TarEntry, Buffer>();
  let keptBytes = 0;
  for await (const entry of walk(source, path)) {
    entries.push(entry);
    if (source.compressed && entry.type === "file" && entry.size <= keptJson) {
      const start = await source.read(entry.offset, Math.min(entry.size, 1));
      if (!/^[\s{[]/.test(start.toString())) continue;
      keptBytes += entry.size;
      if (keptBytes > keptJsonInAll)
        throw new ArchiveError(path, `more than ${keptJsonInAll} bytes of JSON in a gzipped tar`);
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

/** What headers before an entry say of it. GNU's come before pax's, and a later pax header replaces an earlier one. */
interface Extended {
  pax: PaxHeader;
  gnu: PaxHeader;
}

async function* walk(source: ByteSource, path: string): AsyncGenerator<TarEntry> {
  let last: TarEntry | undefined;
  let extended: Extended = { pax: {}, gnu: {} };
  for (let offset = 0, count = 0; ; count++) {
    const bytes = await source.read(offset, block);
    refuseCutOff(source, path, last);
    const header = bytes.length === 0 ? undefined : await headerAt(offset, bytes, source, path);
    if (header === undefined) return toEnd(source);
    if (count === mostHeaders) throw new ArchiveError(path, `more than ${mostHeaders} entries`);
    const at = offset;
    const described = read(path, at, () =>
      entryOf(header, at + block, isMeta(header) ? {} : { ...extended.pax, ...extended.gnu }),
    );
    offset = described.offset + Math.ceil(described.size / block) * block;
    if (!Number.isSafeInteger(offset)) throw new ArchiveError(path, "a tar beyond all counting");
    last = described;
    if (isMeta(header)) {
      const content = await meta(source, path, described);
      extended = read(path, at, () => extend(extended, header, content));
      if (header.type !== "g") continue;
      yield { ...described, name: extended.pax.name ?? described.name };
    } else yield described;
    extended = { pax: {}, gnu: {} };
  }
}

/** What is packed is whole only if it is so to its end. */
async function toEnd(source: ByteSource): Promise<void> {
  if (source.compressed && source.size === undefined) await source.read(Number.MAX_SAFE_INTEGER, 1);
}

/** Headers whose content is about others. */
const isMeta = ({ type }: TarHeader) => ["x", "g", "L", "K"].includes(type);

function extend({ pax, gnu }: Extended, { type }: TarHeader, content: Buffer): Extended {
  if (type === "x") return { pax: readPaxHeader(content), gnu };
  if (type === "g") return { pax: readPaxHeader(content, "a global pax header"), gnu };
  const text = utf8(untilNul(content));
  const { name, link } = { ...gnu, ...(type === "L" ? { name: text } : { link: text }) };
  return { pax, gnu: { ...(name ? { name } : {}), ...(link ? { link } : {}) } };
}

/** The header at `offset`, or `undefined` for the zero blocks that end a tar. */
async function headerAt(
  offset: number,
  bytes: Buffer,
  source: ByteSource,
  path: string,
): Promise<TarHeader | undefined> {
  if (bytes.length < block) {
    throw new ArchiveError(
      path,
      offset === 0
        ? `${bytes.length} bytes, too few for a tar`
        : `a tar that is cut off inside the header at byte ${offset}`,
    );
  }
  if (!isZero(bytes)) return read(path, offset, () => readTarHeader(bytes));
  const next = await source.read(offset + block, block);
  if (next.length === 0 || (next.length === block && isZero(next))) return undefined;
  throw new ArchiveError(
    path,
    `a damaged tar: one zero block at byte ${offset}, and more behind it`,
  );
}

const isZero = (bytes: Buffer) => bytes.every((byte) => byte === 0);

/** Runs what reads the header at `offset`, and says where it was when it fails. */
function read<T>(path: string, offset: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TarHeaderError)) throw error;
    throw new ArchiveError(
      path,
      offset === 0
        ? `a file that does not begin as a tar does (${error.message})`
        : `a damaged tar: ${error.message} at byte ${offset}`,
    );
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

async function meta(source: ByteSource, path: string, entry: TarEntry): Promise<Buffer> {
  if (entry.size > metaLimit) {
    throw new ArchiveError(
      path,
      `a damaged tar: ${entry.size} bytes for the header before byte ${entry.offset}`,
    );
  }
  return source.read(entry.offset, entry.size);
}
