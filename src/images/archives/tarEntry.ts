import type { PaxHeader } from "./paxHeader";
import { TarHeaderError, type TarHeader } from "./tarHeader";

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

/** Types that have no content, whatever size they state (Go's archive/tar, isHeaderOnlyType): links, devices, folders. */
const headerOnly = new Set(["1", "2", "3", "4", "5", "6"]);

/** What the type bits of a mode say (Go's archive/tar, common.go, FileInfo). */
const kinds = new Map<number, TarEntry["type"]>([
  [0o040000, "directory"],
  [0o010000, "other"],
  [0o120000, "symlink"],
  [0o060000, "other"],
  [0o020000, "other"],
  [0o140000, "other"],
]);

const types = new Map<string, TarEntry["type"]>([
  // A hard link is a file to Go, an empty one. No program writes an image with one: it is not read as content.
  ["1", "other"],
  ["2", "symlink"],
  ["3", "other"],
  ["4", "other"],
  ["5", "directory"],
  ["6", "other"],
  // A global header is an entry to Go, with the name that it has, and changes nothing of what follows.
  ["g", "other"],
]);

const isBelowNothing = (type: string, size: number) => size < 0 && !headerOnly.has(type);

/**
 * The entry of a header, as Go's archive/tar has it; `extended` is what pax and GNU headers before it say, and `offset` is
 * where its content begins.
 *
 * @throws TarHeaderError for a sparse file, whose content is not what stands in the tar, and for a size below zero
 */
export function entryOf(header: TarHeader, offset: number, extended: PaxHeader): TarEntry {
  const { name, link, size } = { ...header, ...extended };
  if (header.type === "S") throw new TarHeaderError("a sparse file");
  // Only a type that is NUL, of tars before POSIX, makes a folder of a name that ends in a slash.
  const type = header.type === "\0" ? (name.endsWith("/") ? "5" : "0") : header.type;
  if (isBelowNothing(header.type, header.size) || isBelowNothing(type, size))
    throw new TarHeaderError("a size below zero");
  const entry = { name, offset, size: headerOnly.has(type) ? 0 : size };
  const [kind = "file", other] = new Set(
    [types.get(type), kinds.get(header.mode - (header.mode % 0o10000))].filter(
      (each) => each !== undefined,
    ),
  );
  if (other !== undefined) return { ...entry, type: "other" };
  return { ...entry, type: kind, ...(kind === "symlink" ? { target: link } : {}) };
}
