import { Header, type HeaderData } from "tar";
import { ArchiveError } from "./archiveError";

/** Bytes of a header, and what contents are padded to. */
export const block = 512;

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

/** The header in `bytes`, or `undefined` for the zero block that ends a tar. Throws `ArchiveError` where there is none. */
export function decodeHeader(
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
  const header = headerOf(bytes, extended, global);
  if (header?.nullBlock) return undefined;
  if (!header?.cksumValid || !Number.isSafeInteger(header.size ?? 0)) {
    throw new ArchiveError(
      path,
      first
        ? "a file that does not begin as a tar does"
        : `a damaged tar: no valid header at byte ${offset}`,
    );
  }
  return header;
}

function headerOf(
  bytes: Buffer,
  extended: HeaderData | undefined,
  global: HeaderData | undefined,
): Header | undefined {
  try {
    return new Header(bytes, 0, extended, global);
  } catch {
    return undefined; // A number beyond what JavaScript counts exactly.
  }
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

/** The entry of a header; `offset` is where its content begins. */
export function entryOf(
  header: Header,
  offset: number,
  extended: HeaderData | undefined,
): TarEntry {
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
