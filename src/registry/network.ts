import type { Socket } from "node:net";
import { checkServerIdentity, rootCertificates } from "node:tls";
import { Agent, buildConnector, errors } from "undici";
import type { ParsedAddress } from "./address";
import type { FailureReason } from "./errors";
import { authorityOf, connectionTo, type Proxies } from "./proxy";
import { isRetriedStatus } from "./retry";
import { ProxyRefusal, tunnel } from "./tunnel";

export interface NetworkOptions {
  address: ParsedAddress;
  proxies: Proxies;
  ca: string | undefined;
  /** The longest wait for a connection, TLS included, in milliseconds. */
  timeoutMs: number;
  /** Connections per host. */
  connections: number;
}

/**
 * Connections to the registry and to the hosts it redirects to, kept alive. A registry with its own `ca` is
 * trusted by it or by Node's roots: its redirects and its token service mostly have public certificates. So is whoever answers
 * in its place behind a proxy; the proxy itself is trusted by Node's roots.
 */
export function buildAgent({
  address,
  proxies,
  ca,
  timeoutMs,
  connections,
}: NetworkOptions): Agent {
  const trust = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const usual = buildConnector({ ...trust, timeout: timeoutMs });
  const diverted = buildConnector({
    ...trust,
    timeout: timeoutMs,
    // The certificate must be the URL's, whichever host was dialled, also when the URL's host is an address.
    checkServerIdentity: (_dialled, certificate) =>
      checkServerIdentity(address.hostname, certificate),
  });
  return new Agent({
    connections,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: (options, callback) => {
      const url = new URL(originOf(options));
      const connection = connectionTo(url, address, proxies);
      if (connection.by === "dial")
        diverted({ ...options, hostname: connection.hostname, port: connection.port }, callback);
      else if (connection.by === "direct") usual(options, callback);
      else
        tunnel(connection.proxy, authorityOf(url), timeoutMs).then(
          (socket) => {
            usual({ ...options, httpSocket: socket as Socket }, callback);
          },
          (error: unknown) => {
            callback(error as Error, null);
          },
        );
    },
  });
}

function originOf({ protocol, hostname, port }: buildConnector.Options): string {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return new URL(`${protocol}//${host}${port === "" ? "" : `:${port}`}`).origin;
}

/** What a transport's error means. */
export interface NetworkFailure {
  reason: FailureReason;
  message: string;
  /** The request certainly never left: repeating it repeats nothing. */
  unsent: boolean;
  /** Trying again may help. */
  passing: boolean;
}

type Kind = "unsent" | "lost" | "permanent";

/** Codes of Node (`errno`, `dns`, OpenSSL) and of undici ("docs/docs/api/Errors.md"). */
const failures: Record<string, [FailureReason, Kind, string]> = {
  ECONNREFUSED: ["unreachable", "unsent", "connection refused"],
  ENOTFOUND: ["unreachable", "unsent", "the host name is not known (DNS)"],
  EAI_AGAIN: [
    "unreachable",
    "unsent",
    "the host name could not be looked up (DNS does not answer)",
  ],
  EHOSTUNREACH: ["unreachable", "unsent", "no route to the host"],
  ENETUNREACH: ["unreachable", "unsent", "no route to the network"],
  EADDRNOTAVAIL: ["unreachable", "unsent", "no route to the address"],
  ETIMEDOUT: ["timeout", "lost", "the connection timed out"],
  UND_ERR_CONNECT_TIMEOUT: ["timeout", "unsent", "no connection in time"],
  UND_ERR_HEADERS_TIMEOUT: ["timeout", "lost", "connected, but no answer in time"],
  UND_ERR_BODY_TIMEOUT: ["timeout", "lost", "the answer stopped in the middle"],
  ECONNRESET: ["broken", "lost", "the connection was reset"],
  EPIPE: ["broken", "lost", "the connection was closed"],
  UND_ERR_SOCKET: ["broken", "lost", "the connection was closed before the answer was whole"],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ["broken", "lost", "the answer is shorter than announced"],
  UND_ERR_HEADERS_OVERFLOW: ["answer", "permanent", "the answer's headers are too large"],
  UND_ERR_CLOSED: ["aborted", "permanent", "the client is closed"],
  UND_ERR_DESTROYED: ["aborted", "permanent", "the client is closed"],
  UND_ERR_ABORTED: ["aborted", "permanent", "aborted by the caller"],
  ABORT_ERR: ["aborted", "permanent", "aborted by the caller"],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["tls", "permanent", "its certificate is self-signed: give its ca"],
  SELF_SIGNED_CERT_IN_CHAIN: [
    "tls",
    "permanent",
    "its certificate's root is not trusted: give its ca",
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    "tls",
    "permanent",
    "its certificate's issuer is not known: give its ca, or let it send the whole chain",
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    "tls",
    "permanent",
    "its certificate's issuer is not known: give its ca, or let it send the whole chain",
  ],
  CERT_HAS_EXPIRED: ["tls", "permanent", "its certificate has expired"],
  CERT_NOT_YET_VALID: [
    "tls",
    "permanent",
    "its certificate is not valid yet: are both clocks right?",
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: ["tls", "permanent", "its certificate is for other names"],
  ERR_SSL_WRONG_VERSION_NUMBER: ["tls", "permanent", "it does not speak TLS: is it http?"],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ["tls", "permanent", "it does not speak TLS: is it http?"],
};

/** Reads a transport's error; undefined for one that is no such thing (a bug). */
export function readNetworkError(error: unknown): NetworkFailure | undefined {
  if (error instanceof ProxyRefusal) {
    const passing = isRetriedStatus(error.status, "safely");
    return { reason: "unreachable", message: error.message, unsent: true, passing };
  }
  const code = codeOf(error);
  if (code === undefined) return undefined;
  const [reason, kind, message] = failures[code] ?? unknown(code);
  return { reason, message, unsent: kind === "unsent", passing: kind !== "permanent" };
}

function unknown(code: string): [FailureReason, Kind, string] {
  if (/^(ERR_SSL|ERR_TLS|CERT_|EPROTO)/.test(code)) {
    return ["tls", "permanent", `no TLS connection (${code})`];
  }
  if (code.startsWith("HPE_")) return ["answer", "permanent", `it does not speak HTTP (${code})`];
  return ["broken", "permanent", `the request failed (${code})`];
}

/** The code of an error, or of the first one inside: a dual-stack connect fails with one error per address. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "AbortError" || error.name === "TimeoutError") return "ABORT_ERR";
  if ("code" in error && typeof error.code === "string") return error.code;
  // Undici's parser gives no code for an answer that does not begin as HTTP does.
  if (error instanceof errors.HTTPParserError) return "HPE_INVALID";
  return error instanceof AggregateError ? codeOf(error.errors[0]) : undefined;
}
