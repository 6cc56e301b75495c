import { TarHeaderError, utf8 } from "./tarHeader";

/** What a pax header says of the next entry; what it does not say is absent. */
export interface PaxHeader {
  name?: string;
  link?: string;
  size?: number;
}

const space = 0x20;
const newline = 0x0a;
const equals = 0x3d;

/**
 * Reads the records of a pax header as Go's archive/tar does (src/archive/tar, parsePAX and mergePAX): by their lengths,
 * so that a value may hold a newline; the last of two counts, and an empty one says nothing.
 *
 * @throws TarHeaderError where Go finds an error, and for sparse files, whose content is not what stands in the tar
 */
export function readPaxHeader(bytes: Buffer): PaxHeader {
  const records = new Map<string, string>();
  for (let rest = bytes; rest.length > 0;) {
    const length = lengthOf(rest);
    const [key, value] = record(rest.subarray(rest.indexOf(space) + 1, length));
    if (key.startsWith("GNU.sparse.")) throw new TarHeaderError("a sparse file");
    records.set(key, value);
    rest = rest.subarray(length);
  }
  const { path, linkpath, size } = Object.fromEntries(records);
  return {
    ...(path ? { name: path } : {}),
    ...(linkpath ? { link: linkpath } : {}),
    ...(size ? { size: sizeOf(size) } : {}),
  };
}

/** The length that a record begins with, in decimal; it counts itself, and the newline at the end. */
function lengthOf(bytes: Buffer): number {
  const end = bytes.indexOf(space);
  const digits = bytes.toString("latin1", 0, Math.max(end, 0));
  const length = /^\+?\d{1,15}$/.test(digits) ? Number(digits) : 0;
  if (length < 5 || length > bytes.length || length <= end + 1 || bytes[length - 1] !== newline)
    throw new TarHeaderError("a pax header that is none");
  return length;
}

function record(bytes: Buffer): [key: string, value: string] {
  const at = bytes.indexOf(equals);
  if (at < 1) throw new TarHeaderError("a pax header that is none");
  const key = bytes.toString("latin1", 0, at);
  const content = bytes.subarray(at + 1, -1);
  const named = key === "path" || key === "linkpath";
  if (key.includes("\0") || (named && content.includes(0)))
    throw new TarHeaderError("a pax header with a NUL in a name");
  return [key, named ? utf8(content) : content.toString("latin1")];
}

function sizeOf(text: string): number {
  const size = /^\+?\d{1,18}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(size)) throw new TarHeaderError(`a pax header with the size ${text}`);
  return size;
}
