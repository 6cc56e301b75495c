import type { Dispatcher } from "undici";
import type { RequestLine } from "./errors";
import type { Repeat } from "./retry";

export type Headers = Record<string, string | string[] | undefined>;
export type Answer = Dispatcher.ResponseData;

/** Bytes of an error's body that are read. */
export const mostErrorBytes = 64 * 1024;

/** One request, and what to do with its answer. */
export interface Exchange<T> {
  method: Dispatcher.HttpMethod;
  /** Path and query on the registry. */
  path: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
  repeat: Repeat;
  /** Whether GET and HEAD follow redirects. */
  follow: boolean;
  /** Whether to send credentials to the registry. */
  authenticate: boolean;
  /**
   * Reads the answer, which came from `url`, and consumes or destroys its body. Runs again when the connection breaks
   * under it.
   */
  receive: (answer: Answer, url: URL) => Promise<T>;
}

/** Where one try of an exchange has got to. */
export interface Attempt {
  readonly asked: RequestLine;
  url: URL;
}

/** A header's value; the first, when there are several. */
export function header(headers: Headers, name: string): string | undefined {
  return [headers[name] ?? []].flat()[0];
}

/** An error's message, for words of our own around it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
