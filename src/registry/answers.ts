import type { z } from "zod";
import { digestLike, readBody, type ReadLimits } from "./body";
import { sha256 } from "../images/digest";
import type { RequestLine, Failures, RegistryError } from "./errors";
import { header, messageOf, mostErrorBytes, type Answer } from "./exchange";
import {
  explain,
  parseManifest,
  type Descriptor,
  type Index,
  type Manifest,
} from "../images/manifest";
import { isDigest } from "../images/reference";
import { longestRetryAfterMs, readRetryAfter } from "./retry";

/** Bytes of a manifest: what Zot and most registries accept at most. */
const mostManifestBytes = 4 * 1024 * 1024;

/** Bytes a second: what comes more slowly than a modem did is not worth waiting for, and may have no end. */
const slowestBlob = 8 * 1024;

/** A manifest or an index, as it came. */
export interface ManifestAnswer extends Descriptor {
  /** Exactly what the digest is of. */
  bytes: Buffer;
  document: Manifest | Index;
}

/** Reads answers, and distrusts them: sizes, digests and shapes are checked before anybody uses them. */
export class AnswerReader {
  readonly #failures: Failures;
  readonly #origin: string;
  readonly #deadlineMs: number;
  readonly #whyUnauthorized: () => string;

  constructor(
    failures: Failures,
    origin: string,
    deadlineMs: number,
    whyUnauthorized: () => string,
  ) {
    this.#failures = failures;
    this.#origin = origin;
    this.#deadlineMs = deadlineMs;
    this.#whyUnauthorized = whyUnauthorized;
  }

  /** Reads a body of at most `maxBytes`, within the client's timeout. */
  bytes(answer: Answer, maxBytes: number): Promise<Buffer> {
    return readBody(answer.body, { maxBytes, deadlineMs: this.#deadlineMs });
  }

  /** The limits of a blob of at most `maxBytes`: after the client's timeout it must have come at `slowestBlob` on the whole. */
  blobLimits(maxBytes: number): ReadLimits {
    return { maxBytes, deadlineMs: this.#deadlineMs, slowest: slowestBlob };
  }

  /** Reads JSON of a known shape. */
  async json<T>(
    asked: RequestLine,
    answer: Answer,
    schema: z.ZodType<T>,
    maxBytes: number,
  ): Promise<T> {
    const bytes = await this.bytes(answer, maxBytes);
    try {
      return explain(schema, JSON.parse(bytes.toString("utf8")));
    } catch (error) {
      const what = error instanceof SyntaxError ? "not JSON" : messageOf(error);
      throw this.wrong(asked, `the answer is not what a registry gives: ${what}`, answer);
    }
  }

  /** Reads a manifest and checks its digest against what was asked for and what the registry says it is. */
  async manifest(asked: RequestLine, answer: Answer, reference: string): Promise<ManifestAnswer> {
    const bytes = await this.bytes(answer, mostManifestBytes);
    const said = this.digestHeader(asked, answer);
    for (const expected of [isDigest(reference) ? reference : undefined, said]) {
      this.checkDigest(asked, bytes, expected, answer);
    }
    const digest = isDigest(reference) ? reference : (said ?? sha256(bytes));
    try {
      const { mediaType, document } = parseManifest(bytes, contentType(answer));
      return { mediaType, digest, size: bytes.length, bytes, document };
    } catch (error) {
      throw this.wrong(asked, messageOf(error), answer);
    }
  }

  /**
   * What a HEAD says about a manifest; undefined when it does not say all of it, which the specification allows
   * ("SHOULD" for the digest).
   */
  descriptor(asked: RequestLine, answer: Answer, reference: string): Descriptor | undefined {
    const digest = this.digestHeader(asked, answer);
    const size = contentLength(answer);
    const mediaType = contentType(answer);
    if (digest === undefined || size === undefined || mediaType === "") return undefined;
    if (isDigest(reference) && sameAlgorithm(reference, digest) && reference !== digest) {
      throw this.wrong(asked, `the registry answers with ${digest}`, answer);
    }
    return { mediaType, digest: isDigest(reference) ? reference : digest, size };
  }

  /** Refuses bytes that do not have the `expected` digest. */
  checkDigest(
    asked: RequestLine,
    bytes: Uint8Array,
    expected: string | undefined,
    answer: Answer,
  ): void {
    if (expected === undefined) return;
    const found = digestLike(expected, bytes);
    if (found === expected) return;
    throw this.wrong(asked, `the bytes have the digest ${found}, not ${expected}`, answer);
  }

  /** The digest that the registry names, refused when it is not one. */
  digestHeader(asked: RequestLine, answer: Answer): string | undefined {
    const digest = header(answer.headers, "docker-content-digest");
    if (digest === undefined || isDigest(digest)) return digest;
    throw this.wrong(asked, `"${digest}" in Docker-Content-Digest is not a digest`, answer);
  }

  /** An answer that a registry does not give. */
  wrong(asked: RequestLine, message: string, answer: Answer): RegistryError {
    return this.#failures.of(asked, "answer", message, answer.statusCode);
  }

  /** The error that an answer with an unwelcome status stands for. */
  async refusal(asked: RequestLine, answer: Answer, url: URL): Promise<RegistryError> {
    const body = await readBody(answer.body, {
      maxBytes: mostErrorBytes,
      deadlineMs: this.#deadlineMs,
      beyond: "cut",
    });
    const hint = this.#hint(answer, url);
    const elsewhere = url.origin !== this.#origin;
    return this.#failures.ofStatus(asked, answer.statusCode, body, hint, elsewhere);
  }

  #hint({ statusCode, headers }: Answer, url: URL): string | undefined {
    if (url.origin !== this.#origin) {
      return `after a redirect to ${url.origin}, where credentials are not sent`;
    }
    if (statusCode === 401) return this.#whyUnauthorized();
    const wait = readRetryAfter(header(headers, "retry-after"), header(headers, "date")) ?? 0;
    return wait > longestRetryAfterMs
      ? `it asks to come back in ${Math.ceil(wait / 1000)} s`
      : undefined;
  }
}

/** A `Content-Length`, in bytes. */
export function contentLength(answer: Answer): number | undefined {
  const length = header(answer.headers, "content-length") ?? "";
  return /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

function contentType(answer: Answer): string {
  const [type = ""] = (header(answer.headers, "content-type") ?? "").split(";");
  return type.trim().toLowerCase();
}

function sameAlgorithm(one: string, other: string): boolean {
  return one.split(":", 1)[0] === other.split(":", 1)[0];
}
