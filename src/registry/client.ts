import { contentLength, type ManifestAnswer } from "./answers";
import { digestLike, hashBody, readBody } from "./body";
import { sha256 } from "../images/digest";
import { RegistryError } from "./errors";
import type { Descriptor } from "../images/manifest";
import { acceptManifests } from "../images/mediaTypes";
import { catalogPage, referrersPage, tagsPage } from "./pages";
import { blobPath, manifestPath, referrersPath, tagsPath, uploadsPath } from "./paths";
import { isDigest } from "../images/reference";
import {
  discard,
  Session,
  type RawAnswer,
  type RawRequest,
  type Received,
  type SessionOptions,
} from "./session";

export { RegistryError };
export type { RegistryAddress } from "./address";
export type { ManifestAnswer } from "./answers";
export type { Credentials } from "./auth";
export type { Descriptor } from "../images/manifest";
export type { RawAnswer, RawRequest } from "./session";

export type RegistryClientOptions = SessionOptions;

const mostBlobBytes = 4 * 1024 * 1024;
/** Larger than any layer that somebody would pull. */
const mostHashedBytes = 64 * 1024 ** 3;
/** What distribution allows at most by default (`catalog.maxentries`). */
const defaultPageSize = 1000;

/**
 * One registry, by the OCI distribution specification 1.1, under one account.
 *
 * Every method throws a `RegistryError` when the registry cannot be reached, says no, or answers what cannot be true; none
 * of them carries a credential. Arguments that cannot be right (a repository with a space in it) throw a plain `Error`.
 * Where the address names a sentinel, nothing is absent, and no list whole, that the registry did not say while the sentinel
 * was found. Answers are checked: digests of what arrives, shapes, sizes. `close()` it, or idle connections hold the process for seconds.
 */
export class RegistryClient {
  readonly #session: Session;

  /** @throws Error when the address or the credentials cannot be right. Nothing is sent. */
  constructor(options: RegistryClientOptions) {
    this.#session = new Session(options);
  }

  /** The registry as `scheme://host[:port]`. */
  get origin(): string {
    return this.#session.origin;
  }

  /** Whether this is a registry and it knows us: `GET /v2/` must answer 200. */
  async ping(): Promise<void> {
    await this.#session.need({ method: "GET", path: "/v2/" }, ({ answer }) => discard(answer));
  }

  /**
   * Whether the registry's storage answers, by the address's sentinel; without one nothing is asked.
   *
   * @throws RegistryError of the reason `storage` where it does not, which the registry's own answers hide
   */
  async checkStorage(): Promise<void> {
    await this.#session.seeSentinel();
  }

  /**
   * The names of all repositories that the account may see, in the registry's order. `pageSize` is what one request asks
   * for; a registry may give fewer.
   */
  catalog(pageSize = defaultPageSize): AsyncGenerator<string> {
    return this.#session.list(
      `/v2/_catalog?n=${pageSize}`,
      catalogPage,
      ({ repositories }) => repositories,
    );
  }

  /** The tags of a repository. A repository that does not exist is an error: 404, NAME_UNKNOWN. */
  tags(repository: string, pageSize = defaultPageSize): AsyncGenerator<string> {
    return this.#session.list(
      `${tagsPath(repository)}?n=${pageSize}`,
      tagsPage,
      ({ tags }) => tags,
    );
  }

  /**
   * What refers to a manifest or an index as its subject: signatures, SBOMs and the like; the subject need not be there. A registry
   * without this list (distribution 2.8) is an error: 404.
   */
  referrers(repository: string, digest: string): AsyncGenerator<Descriptor> {
    return this.#session.list(
      referrersPath(repository, digest),
      referrersPage,
      ({ manifests }) => manifests,
    );
  }

  /** What a tag or a digest stands for; undefined when there is no such manifest. */
  async headManifest(repository: string, reference: string): Promise<Descriptor | undefined> {
    const path = manifestPath(repository, reference);
    const found = await this.#session.find(
      { method: "HEAD", path, headers: { accept: acceptManifests } },
      async ({ asked, answer, reader }) => {
        await discard(answer);
        return { descriptor: reader.descriptor(asked, answer, reference) };
      },
    );
    if (found === undefined || found.descriptor !== undefined) return found?.descriptor;
    const whole = await this.getManifest(repository, reference);
    return whole && { mediaType: whole.mediaType, digest: whole.digest, size: whole.size };
  }

  /** A manifest or an index, at most 4 MiB, its digest and its shape checked; undefined when there is none. */
  async getManifest(repository: string, reference: string): Promise<ManifestAnswer | undefined> {
    const path = manifestPath(repository, reference);
    return this.#session.find(
      { method: "GET", path, headers: { accept: acceptManifests } },
      ({ asked, answer, reader }) => reader.manifest(asked, answer, reference),
    );
  }

  /**
   * Stores a manifest or an index under a tag or its digest, and returns its digest. To a tag it is tried again only where
   * the first try certainly did nothing; see `Repeat`.
   */
  async putManifest(
    repository: string,
    reference: string,
    bytes: Uint8Array,
    mediaType: string,
  ): Promise<string> {
    const path = manifestPath(repository, reference);
    const byDigest = isDigest(reference);
    const digest = byDigest ? reference : sha256(bytes);
    if (digestLike(digest, bytes) !== digest) {
      throw new Error(`the manifest to store does not have the digest ${digest}`);
    }
    const headers = { "content-type": mediaType };
    return this.#session.need(
      { method: "PUT", path, headers, body: bytes, repeat: byDigest ? "safely" : "unsent" },
      async ({ asked, answer, reader }) => {
        await discard(answer);
        reader.checkDigest(asked, bytes, reader.digestHeader(asked, answer), answer);
        return digest;
      },
    );
  }

  /**
   * Deletes a manifest by its digest, or a tag (Zot does, distribution says 400); false when there was none. By digest it is
   * tried again, and a try whose answer was lost may have deleted it: false then, too.
   */
  async deleteManifest(repository: string, reference: string): Promise<boolean> {
    const path = manifestPath(repository, reference);
    const repeat = isDigest(reference) ? "safely" : "unsent";
    const gone = await this.#session.find(
      { method: "DELETE", path, repeat },
      discarded,
      // Zot 2.1.18 answers 400 where the whole repository is not there.
      ({ status, code }) => status === 404 || code === "NAME_UNKNOWN",
    );
    return gone ?? false;
  }

  /**
   * Stores a small blob in one request (OCI distribution spec, "Single POST") and returns its digest. A registry that takes it in
   * pieces alone, which the specification allows, is an error.
   */
  async putBlob(repository: string, bytes: Uint8Array): Promise<string> {
    const digest = sha256(bytes);
    const path = `${uploadsPath(repository)}?digest=${encodeURIComponent(digest)}`;
    const headers = { "content-type": "application/octet-stream" };
    return this.#session.need(
      { method: "POST", path, headers, body: bytes, repeat: "unsent" },
      async ({ asked, answer, reader }) => {
        await discard(answer);
        if (answer.statusCode === 201) return digest;
        throw reader.wrong(asked, `${answer.statusCode}, which does not store it`, answer);
      },
    );
  }

  /** The size of a blob; undefined when there is none. */
  async headBlob(repository: string, digest: string): Promise<{ size: number } | undefined> {
    return this.#session.find(
      { method: "HEAD", path: blobPath(repository, digest) },
      async ({ asked, answer, reader }) => {
        await discard(answer);
        const size = contentLength(answer);
        if (size !== undefined) return { size };
        throw reader.wrong(asked, "no size (Content-Length) for the blob", answer);
      },
    );
  }

  /**
   * A whole blob in memory, such as an image's config, its digest checked; undefined when there is none. One that is larger than
   * `maxBytes` (default: 4 MiB), or that comes at less than 8 KiB a second after the client's timeout, is an error.
   */
  async getBlob(
    repository: string,
    digest: string,
    maxBytes = mostBlobBytes,
  ): Promise<Buffer | undefined> {
    return this.#session.find(
      { method: "GET", path: blobPath(repository, digest) },
      async ({ asked, answer, reader }) => {
        const bytes = await readBody(answer.body, reader.blobLimits(maxBytes));
        reader.checkDigest(asked, bytes, digest, answer);
        return bytes;
      },
    );
  }

  /**
   * Reads a blob through its hash, holding nothing; undefined when there is none, an error when the digest is another, when
   * it is larger than `maxBytes` (default: 64 GiB; give what its manifest says), and when it comes at less than 8 KiB a
   * second after the client's timeout. `onBytes` is told how many have come; fewer again where the request is repeated.
   */
  async verifyBlob(
    repository: string,
    digest: string,
    maxBytes = mostHashedBytes,
    onBytes?: (size: number) => void,
  ): Promise<{ size: number } | undefined> {
    return this.#session.find(
      { method: "GET", path: blobPath(repository, digest) },
      async ({ asked, answer, reader }) => {
        const found = await hashBody(answer.body, digest, reader.blobLimits(maxBytes), onBytes);
        if (found.digest === digest) return { size: found.size };
        throw reader.wrong(asked, `the blob has the digest ${found.digest}`, answer);
      },
    );
  }

  /**
   * Asks for a path of one's own and gives the answer as it is, whatever its status; redirects are not followed. GET and HEAD
   * are tried again like all others, other methods only when the first try certainly did nothing.
   */
  request(request: RawRequest): Promise<RawAnswer> {
    return this.#session.raw(request);
  }

  /** Closes connections, as `await using` does. What is under way is finished first; later calls fail. */
  close(): Promise<void> {
    return this.#session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function discarded({ answer }: Received): Promise<true> {
  await discard(answer);
  return true;
}
