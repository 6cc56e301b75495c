import { STATUS_CODES } from "node:http";
import { readErrorBody } from "./errorBody";
import type { Secrets } from "./redact";

/**
 * Why a request failed, for code that decides what to say or do next.
 *
 * - `unreachable`: no connection (refused, unknown host, no route)
 * - `tls`: a connection, but no trust
 * - `timeout`: connected, or trying to, and too slow
 * - `broken`: the connection ended in the middle of the answer
 * - `status`: the registry answered, and said no; `status` and mostly `code` are set
 * - `answer`: the registry answered with something a registry does not say: a wrong digest, a wrong shape, too much
 * - `storage`: the registry says that there is none, and says so of the sentinel too (`RegistryAddress.sentinel`): nothing is known
 * - `refused`: this client declined: an unsafe redirect, an unsafe token realm, a bad argument
 * - `aborted`: the caller's signal, or a closed client
 */
export type FailureReason =
  | "unreachable"
  | "tls"
  | "timeout"
  | "broken"
  | "status"
  | "answer"
  | "storage"
  | "refused"
  | "aborted";

export interface RegistryErrorFields {
  method: string;
  path: string;
  reason: FailureReason;
  status?: number;
  code?: string;
  registryMessage?: string;
  elsewhere?: true;
}

/** A request that failed, in words that name the registry and never a credential. Carries no `cause`: a transport's error may hold headers. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  readonly method: string;
  /** The path asked for, or that of the bearer realm when the token was refused. */
  readonly path: string;
  readonly reason: FailureReason;
  /** The HTTP status, when there was an answer. */
  readonly status?: number;
  /** The registry's own code, like `MANIFEST_INVALID` (OCI distribution spec, "Error Codes"). */
  readonly code?: string;
  /** The registry's own message, shortened, without control characters. */
  readonly registryMessage?: string;
  /** Another host said no, to which the registry had sent us. */
  readonly elsewhere?: true;

  constructor(message: string, fields: RegistryErrorFields) {
    super(message);
    this.method = fields.method;
    this.path = fields.path;
    this.reason = fields.reason;
    if (fields.status !== undefined) this.status = fields.status;
    if (fields.code !== undefined) this.code = fields.code;
    if (fields.registryMessage !== undefined) this.registryMessage = fields.registryMessage;
    if (fields.elsewhere !== undefined) this.elsewhere = fields.elsewhere;
  }
}

/** Whether an error says that the registry's storage is away, so that nothing is known of what it holds. */
export const isStorageAway = (error: unknown): error is RegistryError =>
  error instanceof RegistryError && error.reason === "storage";

/** What was asked, for an error about it. */
export interface RequestLine {
  method: string;
  path: string;
}

/** Characters of what a registry says that go into an error. */
const longestExcerpt = 400;

/** Makes a client's errors: knows its registry's name and its secrets, so that nothing else has to. */
export class Failures {
  readonly #secrets: Secrets;

  constructor(
    /** The registry as its user knows it: `https://oci.example`. */
    readonly registry: string,
    secrets: Secrets,
  ) {
    this.#secrets = secrets;
  }

  /** An error about a request; whatever a server wrote may be in the message. */
  of(asked: RequestLine, reason: FailureReason, message: string, status?: number): RegistryError {
    return new RegistryError(
      this.#secrets.clean(`${asked.method} ${asked.path} at ${this.registry}: ${message}`),
      { ...this.#fields(asked, reason), ...(status === undefined ? {} : { status }) },
    );
  }

  /** An error whose message already names the registry: `cannot reach http://...: connection refused`. */
  ofConnection(asked: RequestLine, reason: FailureReason, message: string): RegistryError {
    return new RegistryError(this.#secrets.clean(message), this.#fields(asked, reason));
  }

  /** The error that a registry's answer tells of: its status, its code, its message, and a `hint` where we know more. */
  ofStatus(
    asked: RequestLine,
    status: number,
    body: Buffer,
    hint?: string,
    elsewhere = false,
  ): RegistryError {
    const refusal = readErrorBody(body);
    const code = this.#secrets.clean(refusal?.code ?? "", 64);
    const registryMessage = this.#secrets.clean(refusal?.message ?? "", longestExcerpt);
    // The answer to a HEAD has no body to look into.
    const noBody = asked.method === "HEAD" ? "" : ", without a registry's error in the body";
    const says = refusal
      ? [code, registryMessage].filter((part) => part !== "").join(": ")
      : `${STATUS_CODES[status] ?? "unknown status"}${noBody}`;
    const detail = this.#secrets.clean(refusal?.detail ?? "", longestExcerpt);
    const more = [detail, hint].filter((part) => part !== undefined && part !== "");
    const text = `${status} ${says}${more.length === 0 ? "" : ` (${more.join("; ")})`}`;
    return new RegistryError(
      this.#secrets.clean(`${asked.method} ${asked.path} at ${this.registry}: ${text}`),
      {
        ...this.#fields(asked, "status"),
        status,
        ...(code === "" ? {} : { code }),
        ...(registryMessage === "" ? {} : { registryMessage }),
        ...(elsewhere ? { elsewhere } : {}),
      },
    );
  }

  #fields(asked: RequestLine, reason: FailureReason): RegistryErrorFields {
    return { method: asked.method, path: this.#secrets.clean(asked.path), reason };
  }
}
