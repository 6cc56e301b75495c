import type { Agent } from "undici";
import type { Authenticator } from "./auth";
import { parseChallenges, type Challenge } from "./challenge";
import { RegistryError, type Failures } from "./errors";
import {
  header,
  messageOf,
  mostErrorBytes,
  type Answer,
  type Exchange,
  type Attempt,
} from "./exchange";
import { readNetworkError } from "./network";
import { isRedirect, mostRedirects, redirectTarget } from "./redirect";

/** What all requests of a client have in common. */
interface Common {
  userAgent: string;
  signal: AbortSignal | undefined;
  /** Headers that go where credentials go. */
  proof: Readonly<Record<string, string>>;
}

/** Sends a request once: with proof of who we are, and on to where the registry points. */
export class Sender {
  readonly #agent: Agent;
  readonly #authenticator: Authenticator;
  readonly #failures: Failures;
  readonly #common: Common;

  constructor(agent: Agent, authenticator: Authenticator, failures: Failures, common: Common) {
    this.#agent = agent;
    this.#authenticator = authenticator;
    this.#failures = failures;
    this.#common = common;
  }

  /** The answer to an exchange, wherever it came from; `attempt.url` ends as its address. */
  async send(exchange: Exchange<unknown>, attempt: Attempt): Promise<Answer> {
    const follows = exchange.follow && (exchange.method === "GET" || exchange.method === "HEAD");
    // Once away from the registry's own origin, credentials stay behind, also on a way back.
    let trusted = exchange.authenticate;
    for (let hops = 0; ; hops++) {
      const answer = trusted
        ? await this.#prove(exchange, attempt)
        : await this.#dispatch(exchange, attempt.url, undefined);
      if (!follows || !isRedirect(answer.statusCode)) return answer;
      await answer.body.dump({ limit: mostErrorBytes });
      if (hops === mostRedirects) {
        throw this.#failures.of(attempt.asked, "refused", `more than ${mostRedirects} redirects`);
      }
      const from = attempt.url;
      attempt.url = this.#next(attempt, answer);
      if (attempt.url.origin !== from.origin) trusted = false;
    }
  }

  #next({ asked, url }: Attempt, { headers, statusCode }: Answer): URL {
    try {
      return redirectTarget(url, header(headers, "location"));
    } catch (error) {
      throw this.#failures.of(asked, "refused", messageOf(error), statusCode);
    }
  }

  /** Sends a request, and once more with better proof when the first was not enough. */
  async #prove(asked: Exchange<unknown>, attempt: Attempt): Promise<Answer> {
    const { method, path } = attempt.asked;
    const exchange = { ...asked, headers: { ...asked.headers, ...this.#common.proof } };
    const sent = await this.#authenticator.header(method, path);
    const answer = await this.#dispatch(exchange, attempt.url, sent);
    if (answer.statusCode !== 401) return answer;
    let better: string | undefined;
    try {
      const challenges = await this.#challenges(answer, attempt.url, sent);
      better = await this.#authenticator.answer(challenges, method, path, sent);
    } catch (error) {
      await answer.body.dump({ limit: mostErrorBytes });
      if (error instanceof RegistryError || readNetworkError(error)) throw error;
      throw this.#failures.of(attempt.asked, "refused", messageOf(error), answer.statusCode);
    }
    if (better === undefined) return answer;
    await answer.body.dump({ limit: mostErrorBytes });
    return this.#dispatch(exchange, attempt.url, better);
  }

  /**
   * What a 401 asks for. Zot 2.1.18 with a token service answers Basic, and a token that has expired, with a 401 that asks for
   * nothing; then `GET /v2/` without proof tells. Not the request itself without proof: it might be done.
   */
  async #challenges(answer: Answer, url: URL, sent: string | undefined): Promise<Challenge[]> {
    const challenges = parseChallenges(answer.headers["www-authenticate"]);
    if (challenges.length > 0 || sent === undefined) return challenges;
    const ping = await this.#dispatch({ method: "GET" }, new URL("/v2/", url), undefined);
    await ping.body.dump({ limit: mostErrorBytes });
    return ping.statusCode === 401 ? parseChallenges(ping.headers["www-authenticate"]) : [];
  }

  #dispatch(
    { method, headers, body }: Pick<Exchange<unknown>, "method" | "headers" | "body">,
    url: URL,
    authorization: string | undefined,
  ): Promise<Answer> {
    const { signal, userAgent } = this.#common;
    return this.#agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      // undici closes the connection after a HEAD, for servers that send a body with it; a registry looks by HEAD all day.
      reset: false,
      headers: {
        "user-agent": userAgent,
        ...headers,
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: body ?? null,
      signal: signal ?? null,
    });
  }
}
