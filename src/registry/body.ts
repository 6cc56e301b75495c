import { createHash } from "node:crypto";
import type { Readable } from "node:stream";

/** An answer that is larger than its kind may be. */
export class TooLarge extends Error {
  constructor(readonly limit: number) {
    super(`the answer is larger than ${limit} bytes`);
  }
}

/** An answer that keeps coming, but too slowly: `bodyTimeout` only sees the gap between two pieces. */
export class TooSlow extends Error {
  constructor(limitMs: number, slowest?: number) {
    super(
      slowest === undefined
        ? `the answer was not whole after ${limitMs} ms`
        : `after ${limitMs} ms the answer came at less than ${slowest} bytes a second on the whole`,
    );
  }
}

export interface ReadLimits {
  /** At most this many bytes are held, or hashed. */
  maxBytes: number;
  /** Milliseconds for the whole body. */
  deadlineMs?: number;
  /** Bytes a second for which the deadline moves on, for bodies whose size may be large. Default: it stays. */
  slowest?: number;
  /** What a longer body is: an error, or cut off there. */
  beyond?: "fail" | "cut";
}

/** Reads a body into memory. */
export async function readBody(body: Readable, limits: ReadLimits): Promise<Buffer> {
  const { maxBytes } = limits;
  const chunks: Buffer[] = [];
  for await (const chunk of piecesOf(body, limits)) chunks.push(chunk);
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

/** The pieces of a body within its limits; the last one may go beyond `maxBytes` where that is cut. */
async function* piecesOf(body: Readable, limits: ReadLimits): AsyncGenerator<Buffer> {
  const { maxBytes, beyond = "fail" } = limits;
  let size = 0;
  const stop = watch(body, limits, () => size);
  try {
    // Leaving the loop destroys the body, and with it a connection that is still sending.
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes && beyond === "fail") throw new TooLarge(maxBytes);
      yield chunk;
      if (size > maxBytes) return;
    }
  } finally {
    stop();
  }
}

/** Destroys a body that is too slow; gives what ends the watch. */
function watch(
  body: Readable,
  { deadlineMs, slowest }: ReadLimits,
  received: () => number,
): () => void {
  if (deadlineMs === undefined) return () => undefined;
  if (slowest === undefined) {
    const timer = setTimeout(() => body.destroy(new TooSlow(deadlineMs)), deadlineMs);
    return () => {
      clearTimeout(timer);
    };
  }
  const began = performance.now();
  let before: number | undefined;
  const timer = setInterval(
    () => {
      const now = received();
      const allowedMs = deadlineMs + (now / slowest) * 1000;
      // One that stands still is `bodyTimeout`'s, which says so.
      if (before !== undefined && now !== before && performance.now() - began > allowedMs)
        body.destroy(new TooSlow(deadlineMs, slowest));
      before = now;
    },
    Math.min(deadlineMs, 1000),
  );
  return () => {
    clearInterval(timer);
  };
}

/** The digest of `bytes`, by the algorithm of another digest, one that `isDigest` accepted. */
export function digestLike(digest: string, bytes: Uint8Array): string {
  return `${algorithmOf(digest)}:${createHash(algorithmOf(digest)).update(bytes).digest("hex")}`;
}

/** Reads a body through a hash and keeps nothing of it. */
export async function hashBody(
  body: Readable,
  digest: string,
  limits: ReadLimits,
  onBytes: (size: number) => void = () => undefined,
): Promise<{ digest: string; size: number }> {
  const hash = createHash(algorithmOf(digest));
  let size = 0;
  for await (const chunk of piecesOf(body, limits)) {
    size += chunk.length;
    hash.update(chunk);
    onBytes(size);
  }
  return { digest: `${algorithmOf(digest)}:${hash.digest("hex")}`, size };
}

function algorithmOf(digest: string): "sha256" | "sha512" {
  return digest.startsWith("sha512:") ? "sha512" : "sha256";
}
