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

/** A number of 64 bits, as Go's strconv.ParseInt reads it. */
const isNumber = (text: string) =>
  /^[+-]?\d+$/.test(text) && BigInt(text) === BigInt.asIntN(64, BigInt(text));

/** Seconds with or without a fraction. */
const isTime = (text: string) => isNumber(text.replace(/\.\d*$/, ""));

/** What Go reads as a number, whether or not anybody asks for it. */
const numbers = new Map<string, (text: string) => boolean>([
  ["size", isNumber],
  ["uid", isNumber],
  ["gid", isNumber],
  ["atime", isTime],
  ["mtime", isTime],
  ["ctime", isTime],
]);

/** Records that Go takes for texts, and that may hold no NUL. */
const texts = ["path", "linkpath", "uname", "gname"];

/**
 * Reads the records of a pax header as Go's archive/tar does (src/archive/tar, parsePAX and mergePAX): by their lengths,
 * so that a value may hold a newline; the last of two counts, and an empty one says nothing.
 *
 * @param what it is called where something in it is wrong
 * @throws TarHeaderError where Go finds an error, and for sparse files, whose content is not what stands in the tar
 */
export function readPaxHeader(bytes: Buffer, what = "a pax header"): PaxHeader {
  const records = new Map<string, string>();
  for (let rest = bytes; rest.length > 0;) {
    const length = lengthOf(rest);
    const [key, value] = record(rest.subarray(rest.indexOf(space) + 1, length));
    if (key.startsWith("GNU.sparse.")) throw new TarHeaderError("a sparse file");
    records.set(key, value);
    rest = rest.subarray(length);
  }
  for (const [key, value] of records)
    if (value !== "" && numbers.get(key)?.(value) === false)
      throw new TarHeaderError(`${what} with the ${key} ${value}`);
  const { path, linkpath, size } = Object.fromEntries(records);
  return {
    ...(path ? { name: path } : {}),
    ...(linkpath ? { link: linkpath } : {}),
    ...(size ? { size: Number(size) } : {}),
  };
}

/** The length that a record begins with, in decimal; it counts itself, and the newline at the end. */
function lengthOf(bytes: Buffer): number {
  const end = bytes.indexOf(space);
  const digits = bytes.toString("latin1", 0, Math.max(end, 0));
  const length = /^\+?\d+$/.test(digits) ? Number(digits) : 0;
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
  if (key.includes("\0") || (texts.includes(key) && content.includes(0)))
    throw new TarHeaderError("a pax header with a NUL in a name");
  return [key, named ? utf8(content) : content.toString("latin1")];
}
