/** Bytes of a header, and what contents are padded to. */
export const block = 512;

/** A header as it stands, before what pax and GNU headers before it say. */
export interface TarHeader {
  /** With the prefix of ustar and star. */
  name: string;
  /** Where a link points. */
  link: string;
  mode: number;
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
  const name = text(bytes, 0, 100);
  const prefix = prefixOf(bytes);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    link: text(bytes, 157, 100),
    mode: number(bytes, 100, 8),
    size: number(bytes, 124, 12),
    type: bytes.toString("latin1", 156, 157),
  };
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
  if (stated !== unsigned && stated !== signed) throw new TarHeaderError("no valid header");
}

/** What stands before the name: ustar and star have room for it, at different lengths. */
function prefixOf(bytes: Buffer): string {
  const magic = bytes.toString("latin1", 257, 263);
  if (magic === "ustar\0") {
    const star = bytes.toString("latin1", 508, 512) === "tar\0";
    return text(bytes, 345, star ? 131 : 155);
  }
  if (magic === "ustar " && bytes.toString("latin1", 263, 265) === " \0") {
    // Go before 1.8 wrote a prefix where GNU has two times, and Go takes what is no time for one: refused here.
    for (const at of [345, 357]) if (bytes[at] !== 0) number(bytes, at, 12);
  }
  return "";
}

/** A number in octal digits, or in base 256 where its first bit is set. */
function number(bytes: Buffer, at: number, length: number): number {
  const field = bytes.subarray(at, at + length);
  const [first = 0] = field;
  if ((first & 0x80) === 0) return octal(field);
  if ((first & 0x40) !== 0) throw new TarHeaderError("a negative number");
  let value = BigInt(first & 0x3f);
  for (const byte of field.subarray(1)) value = (value << 8n) | BigInt(byte);
  return counted(value);
}

function octal(field: Buffer): number {
  const trimmed = field.toString("latin1").replace(/^[ \0]+|[ \0]+$/g, "");
  if (trimmed === "") return 0;
  const [digits = ""] = trimmed.split("\0", 1);
  if (!/^[0-7]+$/.test(digits)) throw new TarHeaderError("a number that is none");
  return counted(BigInt(`0o${digits}`));
}

/** What JavaScript counts exactly: 8 PiB. */
function counted(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new TarHeaderError("a number beyond counting");
  return Number(value);
}
