import { gunzipSync, constants } from "node:zlib";

/** So much of a secret is looked for by itself: a part that was cut off is a leak as well. */
const leastPart = 12;
/** How often a text may be packed in another: a release of Helm's is gzip in base64 in base64. */
const deepest = 5;
/** Larger contents are looked at as they are. */
const mostUnpacked = 16 << 20;

/**
 * Looks for secrets however they are written: as they are, escaped for JSON (Go's as well), URL, HTML or XML, in hex, in base64 at
 * each of the three offsets that text around them gives and in either alphabet, and all of that within gzip and base64.
 */
export class SecretSearch {
  readonly #needles: readonly (readonly [name: string, needles: readonly Buffer[]])[];

  /** @param secrets by the name that a hit is told by */
  constructor(secrets: Readonly<Record<string, string>>) {
    this.#needles = Object.entries(secrets).map(([name, secret]) => {
      if (secret === "") throw new Error(`${name} is empty: that is everywhere`);
      const texts = [secret, ...(secret.match(/\w{12,}/g) ?? [])];
      return [name, [...new Set(texts.flatMap(spellings))].map((each) => Buffer.from(each))];
    });
  }

  static of(secrets: Iterable<string>): SecretSearch {
    return new SecretSearch(Object.fromEntries([...secrets].map((each) => [each, each])));
  }

  /** The names of those that `content` holds. */
  in(content: Buffer | string): string[] {
    const found = new Set<string>();
    const seen = new Set<string>();
    this.#look(Buffer.isBuffer(content) ? content : Buffer.from(content), 0, found, seen);
    return [...found];
  }

  #look(content: Buffer, depth: number, found: Set<string>, seen: Set<string>): void {
    for (const [name, needles] of this.#needles)
      if (!found.has(name) && needles.some((needle) => content.includes(needle))) found.add(name);
    if (depth === deepest || content.length > mostUnpacked) return;
    for (const inner of unpacked(content)) {
      const id = inner.toString("latin1");
      if (seen.has(id)) continue;
      seen.add(id);
      this.#look(inner, depth + 1, found, seen);
    }
  }
}

function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const percent = encodeURIComponent(secret);
  const strict = percent.replace(/[!'()*]/g, (char) => `%${hexOf(char).toUpperCase()}`);
  const inBase64 = [0, 1, 2].flatMap((offset) => {
    const base64 = atOffset(bytes, offset);
    return [base64, base64.replaceAll("+", "-").replaceAll("/", "_")];
  });
  return [
    secret,
    json,
    // JSON in JSON, as a provider's inputs hold it.
    JSON.stringify(json).slice(1, -1),
    json.replace(/[<>&]/g, (char) => `\\u00${hexOf(char)}`),
    percent,
    strict,
    strict.replaceAll("%20", "+"),
    ...["&#39;", "&apos;"].map((quote) => forMarkup(secret, quote)),
    // Of a short one, chance makes them: `zak_` by itself stands somewhere in every state.
    ...(bytes.length < 6
      ? []
      : [bytes.toString("hex"), bytes.toString("hex").toUpperCase(), ...inBase64]),
  ];
}

const hexOf = (char: string) => Buffer.from(char).toString("hex");

const forMarkup = (text: string, quote: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", quote);

/** What is the same of `bytes` in base64 after so many bytes of a group of three, whatever stands around. */
function atOffset(bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
  const first = [0, 2, 3][offset] ?? 0;
  const last = Math.floor((whole.length * 8) / 6);
  return whole.toString("base64").slice(first, last);
}

/** What may be packed in `content`: gzip wherever it begins, and base64 that is text or gzip. */
function* unpacked(content: Buffer): Generator<Buffer> {
  for (let at = content.indexOf(gzipMagic); at >= 0; at = content.indexOf(gzipMagic, at + 1)) {
    const inner = gunzipped(content.subarray(at));
    if (inner !== undefined) yield inner;
  }
  const text = content.toString("latin1");
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{16,}/g))
    // What stands before may look like base64 as well: each of the four ways to begin.
    for (const start of [0, 1, 2, 3]) {
      const inner = Buffer.from(run.slice(start), "base64");
      if (isWorthALook(inner)) yield inner;
    }
}

const gzipMagic = Buffer.from([0x1f, 0x8b, 0x08]);

function gunzipped(bytes: Buffer): Buffer | undefined {
  try {
    // One that is cut off, or has something behind it, is read as far as it goes.
    return gunzipSync(bytes, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: mostUnpacked,
    });
  } catch {
    return undefined;
  }
}

/** Whether what was decoded holds gzip, or a piece of text long enough for a part of a secret: noise does not. */
const isWorthALook = (bytes: Buffer) =>
  bytes.includes(gzipMagic) || textPiece.test(bytes.toString("latin1"));
const textPiece = new RegExp(`[\\x20-\\x7e]{${leastPart},}`);
