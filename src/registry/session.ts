import type { Dispatcher } from "undici";
import type { z } from "zod";
import { acceptManifests } from "../images/mediaTypes";
import { userAgent as ownUserAgent } from "../system/version";
import { parseAddress, type RegistryAddress } from "./address";
import { AnswerReader } from "./answers";
import type { Credentials } from "./auth";
import { readBody } from "./body";
import { Failures, type RegistryError, type RequestLine } from "./errors";
import { header, messageOf, mostErrorBytes, type Answer, type Headers } from "./exchange";
import { listPages, nextPage, type Page } from "./pages";
import { Secrets } from "./redact";
import type { Repeat } from "./retry";
import { Sentinel, type Asked } from "./sentinel";
import { Transport } from "./transport";

export interface SessionOptions extends RegistryAddress {
  /** Whom to be. Default: anonymous. */
  credentials?: Credentials;
  /** Headers that say who we are where there is more than credentials: a session's cookie. They go where credentials go. */
  proof?: Readonly<Record<string, string>>;
  /**
   * Milliseconds to wait for a connection, for the headers of an answer, between two pieces of a body, and for the whole of
   * an answer that is not a blob; a blob has longer while it comes at 8 KiB a second on the whole. Undici looks about once a second, so a limit is up to a second late. Default: 30 000.
   */
  timeoutMs?: number;
  /** Requests at a time; others wait. Default: 8. */
  concurrency?: number;
  /** Tries after the first one, of what may be tried again. Default: 3. */
  retries?: number;
  /** Default: `zot-fleet/<version>`. Not Docker's: Zot from 2.1.16 asks that one for a login where others may read. */
  userAgent?: string;
  /** Ends everything that the client does, now and later. */
  signal?: AbortSignal;
}

/** A request to a path of one's own, and how to do it. */
export interface RawRequest {
  method: Dispatcher.HttpMethod;
  /** Path and query, from `/`. */
  path: string;
  /** Names in lower case. With an `authorization` of your own, set `authenticate: false`. */
  headers?: Record<string, string>;
  body?: Uint8Array | string;
  /** Whether to send the client's credentials. Default: true. */
  authenticate?: boolean;
  /** Bytes of the answer's body to read; the rest is cut off. Default: 1 MiB. */
  maxBytes?: number;
}

export interface RawAnswer {
  status: number;
  /** Names in lower case; several values of one name joined by `, `. */
  headers: Record<string, string>;
  body: Buffer;
}

/** A request of the registry API. */
interface Request {
  method: Dispatcher.HttpMethod;
  path: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** Default: `safely`, which GET and HEAD are. */
  repeat?: Repeat;
}

/** An answer, what it answers, and who reads it. */
export interface Received {
  asked: RequestLine;
  answer: Answer;
  /** Where it came from: not the registry, after a redirect. */
  url: URL;
  reader: AnswerReader;
}

type Read<T> = (received: Received) => Promise<T>;

const isNotFound = ({ status }: RegistryError): boolean => status === 404;

const mostPageBytes = 8 * 1024 * 1024;
const mostRawBytes = 1024 * 1024;

/** Exchanges with a registry as its API means them: 2xx is yes, 404 may be "there is none", all else an error. */
export class Session {
  readonly origin: string;
  readonly #timeoutMs: number;
  readonly #failures: Failures;
  readonly #transport: Transport;
  readonly #reader: AnswerReader;
  readonly #sentinel: Sentinel | undefined;

  constructor(options: SessionOptions) {
    const { timeoutMs = 30_000, concurrency = 8, retries = 3 } = options;
    const { ca, credentials, signal, proof = {}, userAgent = ownUserAgent, sentinel } = options;
    const address = parseAddress(options);
    const secrets = new Secrets();
    for (const value of Object.values(proof)) secrets.add(value);
    const failures = new Failures(address.origin, secrets);
    const limits = { timeoutMs, concurrency, retries };
    const self = { ca, credentials, proof, userAgent, signal };
    const transport = new Transport({ address, ...limits, ...self, failures, secrets });
    this.origin = address.origin;
    this.#timeoutMs = timeoutMs;
    this.#failures = failures;
    this.#transport = transport;
    this.#reader = new AnswerReader(
      failures,
      address.origin,
      timeoutMs,
      () => transport.whyUnauthorized,
    );
    this.#sentinel =
      sentinel === undefined
        ? undefined
        : new Sentinel(sentinel, failures, (path, tag) => this.#readSentinel(path, tag));
  }

  /** The answer, read, of a request that must succeed. */
  need<T>(request: Request, read: Read<T>): Promise<T> {
    return this.#exchange(request, (received) => this.#accept(received, read));
  }

  /** The same, of a request for something that may not be there; `isNone` tells by which refusals it is not. Default: a 404. */
  async find<T>(
    request: Request,
    read: Read<T>,
    isNone: (refusal: RegistryError) => boolean = isNotFound,
  ): Promise<T | undefined> {
    const answer = await this.#ask(request, read, isNone);
    return "found" in answer ? answer.found : undefined;
  }

  /** All of a list, page after page. What is not among them is absent: the sentinel is seen once the list has ended. */
  async *list<T, Item>(
    first: string,
    schema: z.ZodType<T>,
    items: (page: T) => Item[] | null | undefined,
  ): AsyncGenerator<Item> {
    const read = async (path: string): Promise<Page<Item>> => {
      const request = { method: "GET", path } as const;
      const page = await this.#ask(request, async ({ asked, answer, url, reader }) => {
        const page = await reader.json(asked, answer, schema, mostPageBytes);
        try {
          const next = nextPage(header(answer.headers, "link"), url);
          return { items: items(page) ?? [], next };
        } catch (error) {
          throw this.#failures.of(asked, "answer", messageOf(error));
        }
      });
      if ("found" in page) return page.found;
      throw page.none;
    };
    yield* listPages(first, read, (path, message) =>
      this.#failures.of(lineOf({ method: "GET", path }), "answer", message),
    );
    await this.#sentinel?.see(lineOf({ method: "GET", path: first }));
  }

  /** Looks whether the registry's storage answers. Does nothing where no sentinel is named. @throws RegistryError */
  async seeSentinel(): Promise<void> {
    await this.#sentinel?.see();
  }

  /** Any request, any answer. */
  raw(request: RawRequest): Promise<RawAnswer> {
    const { method, path, headers, body, authenticate = true, maxBytes = mostRawBytes } = request;
    return this.#transport.exchange({
      method,
      path,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
      repeat: method === "GET" || method === "HEAD" ? "safely" : "unsent",
      follow: false,
      authenticate,
      receive: async ({ statusCode, headers, body }) => ({
        status: statusCode,
        headers: joined(headers),
        body: await readBody(body, { maxBytes, deadlineMs: this.#timeoutMs, beyond: "cut" }),
      }),
    });
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #exchange<T>({ repeat = "safely", ...request }: Request, read: Read<T>): Promise<T> {
    return this.#transport.exchange({
      ...request,
      repeat,
      follow: true,
      authenticate: true,
      receive: (answer, url) => read({ asked: lineOf(request), answer, url, reader: this.#reader }),
    });
  }

  /** What a request finds, or that there is none. Each look has a turn of its own: none waits within another's. */
  #ask<T>(request: Request, read: Read<T>, isNone = isNotFound): Promise<Asked<T>> {
    const look = () =>
      this.#exchange(request, async (received): Promise<Asked<T>> => {
        if (isWelcome(received)) return { found: await read(received) };
        const refusal = await refusalIn(received);
        if (isNone(refusal)) return { none: refusal };
        throw refusal;
      });
    return this.#sentinel?.confirmed(lineOf(request), look) ?? look();
  }

  #readSentinel(path: string, tag: string): Promise<unknown> {
    return this.need(
      { method: "GET", path, headers: { accept: acceptManifests } },
      ({ asked, answer, reader }) => reader.manifest(asked, answer, tag),
    );
  }

  async #accept<T>(received: Received, read: Read<T>): Promise<T> {
    if (isWelcome(received)) return read(received);
    throw await refusalIn(received);
  }
}

const isWelcome = ({ answer: { statusCode } }: Received): boolean =>
  statusCode >= 200 && statusCode < 300;

const refusalIn = ({ asked, answer, url, reader }: Received): Promise<RegistryError> =>
  reader.refusal(asked, answer, url);

/** A request as errors name it: without its query. */
function lineOf({ method, path }: RequestLine): RequestLine {
  const [pathname = path] = path.split("?", 1);
  return { method, path: pathname };
}

/** Reads the little that is left of an answer, so that its connection can be used again. */
export async function discard(answer: Answer): Promise<void> {
  await answer.body.dump({ limit: mostErrorBytes });
}

function joined(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(", ")] as const],
    ),
  );
}
