import { z } from "zod";
import { basicPair } from "./dockerConfig";
import type { Challenge } from "./challenge";
import { messageOf } from "./exchange";
import { explain } from "../images/manifest";
import type { Secrets } from "./redact";
import { mayAskRealm, scopeOf, tokenUrl } from "./tokenRealm";

/** An account of the registry. A token or an API key goes in as the password. */
export interface Credentials {
  /** Without a colon, which Basic authentication cannot carry. */
  username: string;
  password: string;
}

/**
 * Asks a token service: no redirects, no further challenges. Gives the body of a 200 and throws for all else, with an error
 * that names the realm.
 */
export type AskRealm = (url: URL, authorization: string | undefined) => Promise<Buffer>;

interface Token {
  header: string;
  /** In milliseconds of this process's own clock. */
  expires: number;
}

/** The answer of a token service (distribution, "Token Authentication Specification"). */
const tokenAnswer = z.looseObject({
  token: z.string().optional(),
  access_token: z.string().optional(),
  /** Seconds. 60 when it is not said; the specification's own default. */
  expires_in: z.number().positive().default(60),
});

/**
 * Proves who we are to one registry.
 *
 * Credentials go out with the first request, before anybody asks: where anonymous reading is allowed, Zot would answer
 * without a challenge, and a client with an account would see what anonymous sees, with a wrong password unnoticed.
 * A `Bearer` challenge turns this off: from then on only tokens go to the registry, one per scope, until they expire.
 */
export class Authenticator {
  readonly #registry: URL;
  readonly #basic: string | undefined;
  readonly #secrets: Secrets;
  readonly #askRealm: AskRealm;
  readonly #tokens = new Map<string, Promise<Token>>();
  #bearer = false;

  constructor(
    origin: string,
    credentials: Credentials | undefined,
    secrets: Secrets,
    askRealm: AskRealm,
  ) {
    this.#registry = new URL(origin);
    this.#secrets = secrets;
    this.#askRealm = askRealm;
    if (!credentials) return;
    if (/[:\p{Cc}]/u.test(credentials.username)) {
      throw new Error("the user name has a colon or a control character, which Basic cannot carry");
    }
    const pair = basicPair(credentials);
    secrets.addLogin(credentials);
    this.#basic = `Basic ${pair}`;
  }

  /** Whether there is an account, for words in errors. */
  get hasCredentials(): boolean {
    return this.#basic !== undefined;
  }

  /** What to send with a request before anybody asks. */
  async header(method: string, path: string): Promise<string | undefined> {
    if (!this.#bearer) return this.#basic;
    const token = await this.#tokens.get(scopeOf(method, path))?.catch(() => undefined);
    return token && token.expires > Date.now() ? token.header : undefined;
  }

  /**
   * What to send after a 401, or undefined when there is nothing better than what was `sent`.
   *
   * @throws Error when the challenge names a realm that must not be asked, or when the realm's answer makes no sense.
   */
  async answer(
    challenges: Challenge[],
    method: string,
    path: string,
    sent: string | undefined,
  ): Promise<string | undefined> {
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (!bearer) {
      const basic = challenges.some(({ scheme }) => scheme === "basic");
      return basic && sent !== this.#basic ? this.#basic : undefined;
    }
    this.#bearer = true;
    const scope = scopeOf(method, path);
    const known = this.#tokens.get(scope);
    // Another request may have fetched a new token while this one was on its way with the old one.
    const other = await known?.catch(() => undefined);
    if (other && other.header !== sent && other.expires > Date.now()) return other.header;
    const current = this.#tokens.get(scope);
    const fetching =
      current !== undefined && current !== known ? current : this.#fetch(bearer, scope);
    return (await fetching).header;
  }

  #fetch(challenge: Challenge, scope: string): Promise<Token> {
    const fetching = this.#fetchToken(challenge, scope);
    this.#tokens.set(scope, fetching);
    fetching.catch(() => {
      if (this.#tokens.get(scope) === fetching) this.#tokens.delete(scope);
    });
    return fetching;
  }

  async #fetchToken({ parameters }: Challenge, scope: string): Promise<Token> {
    const url = tokenUrl(parameters, scope);
    mayAskRealm(url, this.#registry);
    const body = await this.#askRealm(url, this.#basic);
    const answer = readToken(body, url.host);
    this.#secrets.add(answer.token);
    // A tenth early: the token must still be good when the registry reads it.
    return {
      header: `Bearer ${answer.token}`,
      expires: Date.now() + answer.seconds * 900,
    };
  }
}

function readToken(body: Buffer, realm: string): { token: string; seconds: number } {
  try {
    const answer = explain(tokenAnswer, JSON.parse(body.toString("utf8")));
    const token = answer.token ?? answer.access_token ?? "";
    if (!/^[\x21-\x7e]+$/.test(token)) throw new Error("no token in it");
    return { token, seconds: answer.expires_in };
  } catch (error) {
    // A JSON error quotes the text, which may hold most of a token.
    const why = error instanceof SyntaxError ? "not JSON" : messageOf(error);
    throw new Error(`the token service ${realm} gave no usable token: ${why}`);
  }
}
