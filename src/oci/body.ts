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
  constructor(readonly limitMs: number) {
    super(`the answer was not whole after ${limitMs} ms`);
  }
}

export interface ReadLimits {
  /** At most this many bytes are held. */
  maxBytes: number;
  /** Milliseconds for the whole body. */
  deadlineMs?: number;
  /** What a longer body is: an error, or cut off there. */
  beyond?: "fail" | "cut";
}

/** Reads a body into memory. */
export async function readBody(body: Readable, limits: ReadLimits): Promise<Buffer> {
  const { maxBytes, deadlineMs, beyond = "fail" } = limits;
  const chunks: Buffer[] = [];
  let size = 0;
  const timer =
    deadlineMs === undefined
      ? undefined
      : setTimeout(() => body.destroy(new TooSlow(deadlineMs)), deadlineMs);
  try {
    // Leaving the loop destroys the body, and with it a connection that is still sending.
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes && beyond === "fail") throw new TooLarge(maxBytes);
      chunks.push(chunk);
      if (size > maxBytes) break;
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

/** The digest of `bytes`, by the algorithm of another digest, one that `isDigest` accepted. */
export function digestLike(digest: string, bytes: Uint8Array): string {
  return `${algorithmOf(digest)}:${createHash(algorithmOf(digest)).update(bytes).digest("hex")}`;
}

/** Reads a body through a hash and keeps nothing of it. */
export async function hashBody(
  body: Readable,
  digest: string,
): Promise<{ digest: string; size: number }> {
  const hash = createHash(algorithmOf(digest));
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    hash.update(chunk);
  }
  return { digest: `${algorithmOf(digest)}:${hash.digest("hex")}`, size };
}

function algorithmOf(digest: string): "sha256" | "sha512" {
  return digest.startsWith("sha512:") ? "sha512" : "sha256";
}
