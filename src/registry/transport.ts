import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { Agent } from "undici";
import type { ParsedAddress } from "./address";
import { Authenticator, type Credentials } from "./auth";
import { readBody, TooLarge, TooSlow } from "./body";
import { RegistryError, type Failures } from "./errors";
import { header, mostErrorBytes, type Answer, type Exchange, type Attempt } from "./exchange";
import { buildAgent, readNetworkError } from "./network";
import { readProxies, connectionText, connectionTo, type Proxies } from "./proxy";
import type { Secrets } from "./redact";
import {
  backoff,
  isRetriedStatus,
  longestRetryAfterMs,
  readRetryAfter,
  type Repeat,
} from "./retry";
import { Sender } from "./sender";

export interface TransportOptions {
  address: ParsedAddress;
  ca: string | undefined;
  credentials: Credentials | undefined;
  proof: Readonly<Record<string, string>>;
  timeoutMs: number;
  concurrency: number;
  retries: number;
  userAgent: string;
  signal: AbortSignal | undefined;
  failures: Failures;
  secrets: Secrets;
}

/** Exchanges with one registry: how many at a time, how often again, what went wrong. Knows nothing of manifests. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #proxies: Proxies = readProxies();
  readonly #agent: Agent;
  readonly #authenticator: Authenticator;
  readonly #sender: Sender;
  readonly #limit: ReturnType<typeof pLimit>;

  constructor(options: TransportOptions) {
    this.#options = options;
    const { address, ca, timeoutMs, concurrency, credentials, secrets, failures } = options;
    this.#authenticator = new Authenticator(address.origin, credentials, secrets, (url, proof) =>
      this.#askRealm(url, proof),
    );
    const proxies = this.#proxies;
    this.#agent = buildAgent({ address, proxies, ca, timeoutMs, connections: concurrency });
    this.#sender = new Sender(this.#agent, this.#authenticator, failures, options);
    this.#limit = pLimit(concurrency);
  }

  /** Does an exchange, when there is room for one more. */
  async exchange<T>(exchange: Exchange<T>): Promise<T> {
    const { origin } = this.#options.address;
    // A path without its slash would run on in the host name.
    if (!exchange.path.startsWith("/")) {
      throw new Error(`${JSON.stringify(exchange.path)} is not a path: it must start with /`);
    }
    const url = new URL(origin + exchange.path);
    return await this.#limit(() => this.#attempts(exchange, url));
  }

  /** Words for a 401: the registry's own are the same for a wrong password and for none. */
  get whyUnauthorized(): string {
    return this.#authenticator.hasCredentials
      ? "the given credentials were not accepted"
      : "no credentials were given";
  }

  /** Closes idle connections and waits for the busy ones. */
  async close(): Promise<void> {
    if (!this.#agent.closed) await this.#agent.close();
  }

  async #attempts<T>(exchange: Exchange<T>, url: URL): Promise<T> {
    const asked = { method: exchange.method, path: url.pathname };
    for (let tries = 0; ; tries++) {
      const last = tries >= this.#options.retries;
      const attempt: Attempt = { asked, url };
      let waitMs = backoff(tries);
      try {
        const answer = await this.#sender.send(exchange, attempt);
        const askedFor = waitAskedFor(answer, exchange.repeat);
        if (last || askedFor === undefined) return await exchange.receive(answer, attempt.url);
        await answer.body.dump({ limit: mostErrorBytes });
        waitMs += askedFor;
      } catch (error) {
        if (last || !mayRepeat(error, exchange.repeat)) throw this.#explain(error, attempt, url);
      }
      await this.#pause(waitMs, attempt);
    }
  }

  async #pause(ms: number, attempt: Attempt): Promise<void> {
    const { signal } = this.#options;
    try {
      await sleep(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      throw this.#explain(error, attempt, attempt.url);
    }
  }

  /** Within the slot of the request that needs the token, so that a full queue cannot wait for itself. */
  #askRealm(url: URL, authorization: string | undefined): Promise<Buffer> {
    const { failures, timeoutMs } = this.#options;
    const asked = { method: "GET", path: url.pathname };
    const receive = async (answer: Answer): Promise<Buffer> => {
      const body = await readBody(answer.body, { maxBytes: mostErrorBytes, deadlineMs: timeoutMs });
      if (answer.statusCode === 200) return body;
      throw failures.ofStatus(asked, answer.statusCode, body, `from the token service ${url.host}`);
    };
    return this.#attempts(
      {
        ...asked,
        method: "GET",
        headers: { accept: "application/json", ...(authorization ? { authorization } : {}) },
        repeat: "safely",
        follow: false,
        authenticate: false,
        receive,
      },
      url,
    );
  }

  /** An error of this project's kind, whatever happened; a bug stays what it is. */
  #explain(error: unknown, { asked, url }: Attempt, begun: URL): unknown {
    const { failures, address, signal } = this.#options;
    if (error instanceof RegistryError) return error;
    if (signal?.aborted) return failures.of(asked, "aborted", "aborted by the caller");
    if (error instanceof TooLarge) return failures.of(asked, "answer", error.message);
    if (error instanceof TooSlow) return failures.of(asked, "timeout", error.message);
    const failure = readNetworkError(error);
    if (!failure) return error;
    const { reason, message, unsent } = failure;
    if (reason === "aborted") return failures.of(asked, reason, message);
    const where = `${url.origin}${connectionText(connectionTo(url, address, this.#proxies))}`;
    // The place alone would be one that nobody has heard of.
    if (url.origin !== begun.origin)
      return failures.of(asked, reason, `after a redirect to ${where}: ${message}`);
    const unreached = unsent || reason === "tls";
    const prefix = unreached
      ? `cannot reach ${where}`
      : `${asked.method} ${asked.path} at ${where}`;
    return failures.ofConnection(asked, reason, `${prefix}: ${message}`);
  }
}

/** Milliseconds to wait, beside the jitter, before asking again; undefined when this answer is the answer. */
function waitAskedFor({ statusCode, headers }: Answer, repeat: Repeat): number | undefined {
  if (!isRetriedStatus(statusCode, repeat)) return undefined;
  const askedFor = readRetryAfter(header(headers, "retry-after"), header(headers, "date")) ?? 0;
  return askedFor > longestRetryAfterMs ? undefined : askedFor;
}

function mayRepeat(error: unknown, repeat: Repeat): boolean {
  if (error instanceof RegistryError) return false;
  const failure = readNetworkError(error);
  return failure?.passing === true && (failure.unsent || repeat === "safely");
}
