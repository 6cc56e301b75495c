import { isIP } from "node:net";
import {
  checkServerIdentity,
  connect,
  rootCertificates,
  type ConnectionOptions,
  type PeerCertificate,
} from "node:tls";
import { checksDefaults } from "../config/checks";
import { parseAddress, type RegistryAddress } from "../registry/address";
import { readNetworkError } from "../registry/network";
import {
  authorityOf,
  hostOf,
  readProxies,
  wayText,
  wayTo,
  type HostConnection,
} from "../registry/proxy";
import { tunnel } from "../registry/tunnel";
import type { Check } from "./check";
import { failed, late, passed, skipped, warning } from "./outcomes";

const certificateTrusted: Check = {
  code: "ZF104",
  title: "its certificate is trusted and names it",
  hint: "Let the gateway serve a certificate for this host name, with its whole chain; give the endpoint's ca where the issuer is your own.",
  lag: 10_000,
  below: true,
  async run({ address }) {
    const shown = await shakeHands(address);
    if (shown === undefined) return skipped("http: there is no certificate");
    if (typeof shown === "string") return late(shown);
    const { certificate, distrusted, otherName } = shown;
    const subject = new URL(address.url).hostname;
    if (otherName) return failed(`it is for ${certificate.subjectaltname ?? "no name"}`, subject);
    const issuer = `issued by ${name(certificate.issuer)}`;
    // Its own time is what ZF105 tells; an issuer's is told here.
    const outOfTime = /EXPIRED|NOT_YET_VALID/.test(distrusted ?? "") && isOutOfTime(certificate);
    return distrusted === undefined || outOfTime
      ? passed(issuer, subject)
      : failed(`not trusted (${distrusted}), ${issuer}`, subject);
  },
};

function name({ CN, O }: { CN?: string | string[]; O?: string | string[] } = {}): string {
  return [CN ?? O ?? "nobody"].flat().join(", ");
}

function isOutOfTime({ valid_from: from, valid_to: to }: PeerCertificate): boolean {
  return Date.parse(from) > Date.now() || Date.parse(to) < Date.now();
}

const dayMs = 86_400_000;

const certificateLasts: Check = {
  code: "ZF105",
  title: "its certificate lasts",
  hint: "Renew it: cert-manager does so by itself a third of its life before the end; look at its Certificate's events.",
  lag: 10_000,
  below: true,
  async run({ address, limits = {} }) {
    const { certificateDays = checksDefaults.certificateDays } = limits;
    const shown = await shakeHands(address);
    if (shown === undefined) return skipped("http: there is no certificate");
    if (typeof shown === "string") return late(shown);
    const { valid_from: from, valid_to: to } = shown.certificate;
    if (Date.parse(from) > Date.now()) return failed(`not valid before ${iso(from)}`);
    const days = (Date.parse(to) - Date.now()) / dayMs;
    if (Number.isNaN(days)) return failed(`its end, ${JSON.stringify(to)}, is no date`);
    if (days <= 0) return failed(`expired on ${iso(to)}`);
    const words = `${Math.floor(days)} days left, until ${iso(to)}`;
    return days < certificateDays ? warning(`${words}; wanted ${certificateDays}`) : passed(words);
  },
};

const iso = (date: string) => new Date(date).toISOString();

/** What the registry shows before a request is sent. */
export const certificateChecks: readonly Check[] = [certificateTrusted, certificateLasts];

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
  const way = wayTo(url, parsed, readProxies());
  const where =
    way.by === "dial" ? `${way.hostname}:${way.port}` : `${authorityOf(url)}${wayText(way)}`;
  const road = await roadOf(url, way);
  if (typeof road === "string") return `no handshake with ${where}: ${road}`;
  return new Promise((resolve) => {
    const socket = connect({
      ...road,
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
async function roadOf(
  url: URL,
  way: HostConnection,
): Promise<Pick<ConnectionOptions, "host" | "port" | "socket"> | string> {
  if (way.by !== "proxy") {
    const { hostname, port } = way.by === "dial" ? way : hostOf(url);
    return { host: hostname, port: Number(port) };
  }
  try {
    return { socket: await tunnel(way.proxy, authorityOf(url), timeoutMs) };
  } catch (error) {
    const failure = readNetworkError(error);
    if (failure === undefined) throw error;
    return failure.words;
  }
}

/** Node reports a wrong name in the same place; that is looked at apart, by the registry's own name. */
function chainProblem(error: Error | string | null | undefined): string | undefined {
  const text =
    error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : error;
  return text == null || text === "ERR_TLS_CERT_ALTNAME_INVALID" ? undefined : text;
}
