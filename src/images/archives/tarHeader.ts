/** Bytes of a header, and what contents are padded to. */
export const block = 512;

/** A header as it stands, before what pax and GNU headers before it say. */
export interface TarHeader {
  /** With the prefix of ustar and star. */
  name: string;
  /** Where a link points. */
  link: string;
  /** 32 bits of it, as Go's FileMode has them. */
  mode: number;
  /** Below zero where the header says so. */
  size: number;
  /** The byte that says what it is: `0` a file, `5` a folder; NUL in old tars. */
  type: string;
}

/** What is no header, as Go's archive/tar has it (its `ErrHeader`), or a part that is not read here; says which. */
export class TarHeaderError extends Error {
  override readonly name = "TarHeaderError";
}

/**
 * The header in a block of 512 bytes, read as Go's archive/tar reads it (src/archive/tar/reader.go, readHeader, and
 * strconv.go, in Go 1.26), because skopeo and every other Go program does: what a friendlier reader makes of a name, a
 * number or a type is another image than the one that is pushed.
 *
 * @throws TarHeaderError where Go finds no header, and for names that are not UTF-8
 */
export function readTarHeader(bytes: Buffer): TarHeader {
  refuseWrongSum(bytes);
  const format = formatOf(bytes);
  // A number that is none makes it no header, whether or not anybody asks for it.
  for (const [at, length] of [...owners, ...(format === "v7" ? [] : devices)])
    number(bytes, at, length);
  if (format === "star") for (const [at, length] of starTimes) number(bytes, at, length);
  const name = text(bytes, 0, 100);
  const prefix = prefixOf(bytes, format);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    link: text(bytes, 157, 100),
    mode: Number(BigInt.asUintN(32, number(bytes, 100, 8))),
    size: Number(number(bytes, 124, 12)),
    type: bytes.toString("latin1", 156, 157),
  };
}

type Field = readonly [at: number, length: number];

/** User, group and the time of the last change. */
const owners: readonly Field[] = [
  [108, 8],
  [116, 8],
  [136, 12],
];
const devices: readonly Field[] = [
  [329, 8],
  [337, 8],
];
const starTimes: readonly Field[] = [
  [476, 12],
  [488, 12],
];
const gnuTimes: readonly Field[] = [
  [345, 12],
  [357, 12],
];

type Format = "v7" | "ustar" | "star" | "gnu";

function formatOf(bytes: Buffer): Format {
  const magic = bytes.toString("latin1", 257, 263);
  if (magic === "ustar\0") return bytes.toString("latin1", 508, 512) === "tar\0" ? "star" : "ustar";
  return magic === "ustar " && bytes.toString("latin1", 263, 265) === " \0" ? "gnu" : "v7";
}

/** Bytes as text; a name that no JSON could write is refused, as two such names might look the same here. */
export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new TarHeaderError("a name that is not UTF-8");
  }
}

/** Bytes up to the first NUL. */
export function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

const text = (bytes: Buffer, at: number, length: number) =>
  utf8(untilNul(bytes.subarray(at, at + length)));

/** The sum of all bytes with the sum's own taken for spaces; some old programs added bytes up as signed ones. */
function refuseWrongSum(bytes: Buffer): void {
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < block; at++) {
    const value = at >= 148 && at < 156 ? 0x20 : (bytes[at] ?? 0);
    unsigned += value;
    signed += (value << 24) >> 24;
  }
  const stated = octal(bytes.subarray(148, 156));
  if (stated !== BigInt(unsigned) && stated !== BigInt(signed))
    throw new TarHeaderError("no valid header");
}

/** What stands before the name: ustar and star have room for it, at different lengths. */
function prefixOf(bytes: Buffer, format: Format): string {
  if (format === "ustar") return text(bytes, 345, 155);
  if (format === "star") return text(bytes, 345, 131);
  if (format === "v7") return "";
  const hasTimes = gnuTimes.every(
    ([at, length]) => bytes[at] === 0 || numberIn(bytes.subarray(at, at + length)) !== undefined,
  );
  if (hasTimes) return "";
  // Go before 1.8 wrote a prefix there, and Go takes what is no time for one, where it is ASCII.
  const prefix = untilNul(bytes.subarray(345, 500));
  return prefix.every((byte) => byte < 0x80) ? prefix.toString("latin1") : "";
}

function number(bytes: Buffer, at: number, length: number): bigint {
  const found = numberIn(bytes.subarray(at, at + length));
  if (found === undefined) throw new TarHeaderError("a number that is none");
  return found;
}

/** A number of 64 bits in octal digits, or in base 256 with a sign where its first bit is set. */
function numberIn(field: Buffer): bigint | undefined {
  const [first = 0] = field;
  if ((first & 0x80) === 0) return octal(field);
  const value = BigInt.asIntN(8 * field.length - 1, BigInt(`0x${field.toString("hex")}`));
  return value === BigInt.asIntN(64, value) ? value : undefined;
}

function octal(field: Buffer): bigint | undefined {
  const trimmed = field.toString("latin1").replace(/^[ \0]+|[ \0]+$/g, "");
  if (trimmed === "") return 0n;
  const [digits = ""] = trimmed.split("\0", 1);
  return /^[0-7]+$/.test(digits) ? BigInt(`0o${digits}`) : undefined;
}
