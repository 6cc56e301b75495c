import { isIP } from "node:net";
import {
  checkServerIdentity,
  connect,
  rootCertificates,
  type ConnectionOptions,
  type PeerCertificate,
} from "node:tls";
import { parseAddress, type RegistryAddress } from "../registry/address";
import { readNetworkError } from "../registry/network";
import {
  authorityOf,
  hostOf,
  readProxies,
  connectionText,
  connectionTo,
  type HostConnection,
} from "../registry/proxy";
import { tunnel } from "../registry/tunnel";

/** What a TLS server shows, whether it is to be trusted or not. */
export interface Handshake {
  certificate: PeerCertificate;
  /** Why its chain is not trusted, as OpenSSL's code: `CERT_HAS_EXPIRED`. */
  distrusted?: string;
  /** Whether it is for other names than the address's. */
  otherName: boolean;
}

const timeoutMs = 10_000;

/**
 * Shakes hands with the registry as its client does: with the same name, roots, `ca` and `connect`. No request is sent.
 *
 * @returns undefined where the address is http, a text where there was no handshake
 */
export async function shakeHands(
  address: RegistryAddress,
): Promise<Handshake | string | undefined> {
  const parsed = parseAddress(address);
  const { origin, hostname } = parsed;
  const url = new URL(origin);
  if (url.protocol !== "https:") return undefined;
  const connection = connectionTo(url, parsed, readProxies());
  const where =
    connection.by === "dial"
      ? `${connection.hostname}:${connection.port}`
      : `${authorityOf(url)}${connectionText(connection)}`;
  const opened = await openSocket(url, connection);
  if (typeof opened === "string") return `no handshake with ${where}: ${opened}`;
  return new Promise((resolve) => {
    const socket = connect({
      ...opened,
      // An address is no server name (RFC 6066, 3).
      ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
      ...(address.ca === undefined ? {} : { ca: [...rootCertificates, address.ca] }),
      // What is wrong is to be told, not thrown; nothing is sent over this connection.
      rejectUnauthorized: false,
    });
    const end = (what: Handshake | string) => {
      socket.destroy();
      resolve(what);
    };
    socket.setTimeout(timeoutMs, () => {
      end(`no handshake with ${where} in ${timeoutMs / 1000} s`);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      end(`no handshake with ${where}: ${error.code ?? error.message}`);
    });
    socket.once("secureConnect", () => {
      const certificate = socket.getPeerCertificate();
      const distrusted = chainProblem(socket.authorizationError);
      end({
        certificate,
        otherName: checkServerIdentity(hostname, certificate) !== undefined,
        ...(distrusted === undefined ? {} : { distrusted }),
      });
    });
  });
}

/** What a handshake goes over, or why there is none. */
async function openSocket(
  url: URL,
  connection: HostConnection,
): Promise<Pick<ConnectionOptions, "host" | "port" | "socket"> | string> {
  if (connection.by !== "proxy") {
    const { hostname, port } = connection.by === "dial" ? connection : hostOf(url);
    return { host: hostname, port: Number(port) };
  }
  try {
    return { socket: await tunnel(connection.proxy, authorityOf(url), timeoutMs) };
  } catch (error) {
    const failure = readNetworkError(error);
    if (failure === undefined) throw error;
    return failure.message;
  }
}

/** Node reports a wrong name in the same place; that is looked at apart, by the registry's own name. */
function chainProblem(error: Error | string | null | undefined): string | undefined {
  const text =
    error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : error;
  return text == null || text === "ERR_TLS_CERT_ALTNAME_INVALID" ? undefined : text;
}
