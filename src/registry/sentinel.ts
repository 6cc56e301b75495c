import { parseRepositoryTag } from "../images/reference";
import { RegistryError, type Failures, type RequestLine } from "./errors";
import { manifestPath } from "./paths";

/** What a request found, or the registry's words for there being none. */
export type Asked<T> = { found: T } | { none: RegistryError };

/** Reads the manifest at a path, which its tag ends. */
type ReadManifest = (path: string, tag: string) => Promise<unknown>;

/**
 * An image that is always there. A registry that lost its storage may answer as if it held nothing (Zot 2.1.18 over S3: 404 for
 * manifests, tags and blobs, and ready all the time), so what it says is not there is absent only while this image is found.
 */
export class Sentinel {
  readonly #image: string;
  readonly #tag: string;
  readonly #path: string;
  readonly #failures: Failures;
  readonly #read: ReadManifest;
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | undefined;

  /**
   * @param read reads a manifest, or throws what the registry answers; it must not ask for the sentinel in its turn
   * @throws Error when `image` is no `repository:tag`
   */
  constructor(image: string, failures: Failures, read: ReadManifest) {
    const { repository, tag } = parseRepositoryTag(image);
    this.#image = image;
    this.#tag = tag;
    this.#path = manifestPath(repository, tag);
    this.#failures = failures;
    this.#read = read;
  }

  /** What `ask` finds. Where it finds nothing it is asked again once the sentinel was seen: the storage may have come back in between. */
  async confirmed<T>(asked: RequestLine, ask: () => Promise<Asked<T>>): Promise<Asked<T>> {
    const first = await ask();
    if ("found" in first) return first;
    await this.see(asked);
    return ask();
  }

  /**
   * Looks at the sentinel, for what was `asked`; absent: for all that the registry holds.
   *
   * @throws RegistryError of the reason `storage` where it is not found or the registry cannot read it. What tells nothing of the
   *   storage is thrown as it is: no connection, an account that may not read it
   */
  async see(asked?: RequestLine): Promise<void> {
    try {
      await this.#look();
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      const words = this.#away(error);
      if (words === undefined) throw error;
      const unknown = asked === undefined ? "what it holds" : `${asked.method} ${asked.path}`;
      throw this.#failures.ofConnection(
        asked ?? { method: "GET", path: this.#path },
        "storage",
        `${this.#failures.registry}: the storage behind the registry does not answer${words}, so nothing is known of ${unknown}`,
      );
    }
  }

  /**
   * A look that begins now or later: one that was under way may have been answered before what was asked. All who ask until it
   * begins share it, or hundreds of absent images would be as many looks.
   */
  #look(): Promise<void> {
    this.#next ??= this.#afterRunning();
    return this.#next;
  }

  async #afterRunning(): Promise<void> {
    await this.#running.catch(() => undefined);
    this.#next = undefined;
    const look = this.#read(this.#path, this.#tag);
    this.#running = look;
    await look;
  }

  /** What a look that failed tells of the storage; undefined where it tells nothing. */
  #away({ reason, status, message }: RegistryError): string | undefined {
    if (reason === "status" && status === 404)
      return `, or was emptied: it says that even ${this.#image} is not there`;
    // It answers in time without its storage, and fails or hangs with one that does.
    const failed = reason === "timeout" || (reason === "status" && status === 500);
    return failed ? `: ${message}` : undefined;
  }
}
