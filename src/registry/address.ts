import { isIP } from "node:net";

/** Where a registry is, and how to reach and to trust it. */
export interface RegistryAddress {
  /** `http(s)://host[:port]`, without path, query or credentials. */
  url: string;
  /** PEM certificates to trust besides Node's own roots. */
  ca?: string;
  /**
   * `host:port` to dial instead of the URL's, for a port-forward or a gateway without DNS. The Host header and the name
   * in the certificate stay the URL's. Hosts that a redirect or a token realm names are dialled as usual.
   */
  connect?: string;
  /**
   * An image that is always there, as `repository:tag`: a 404 counts only while it is found. What cannot be told then is a
   * `RegistryError` of the reason `storage`. Absent: 404 means absent.
   */
  sentinel?: string;
}

/** An address, read. */
export interface ParsedAddress {
  /** `scheme://host[:port]`, as `URL.origin` writes it. */
  origin: string;
  /** The URL's host, without brackets. */
  hostname: string;
  /** What to dial instead. */
  dial?: { hostname: string; port: string };
}

/**
 * Reads an address.
 *
 * @throws Error that says what is wrong. A URL with credentials inside is refused without being repeated.
 */
export function parseAddress(address: RegistryAddress): ParsedAddress {
  const url = parseUrl(address.url);
  const dial = address.connect === undefined ? undefined : parseConnect(address.connect);
  return {
    origin: url.origin,
    hostname: withoutBrackets(url.hostname),
    ...(dial === undefined ? {} : { dial }),
  };
}

/** What is wrong with an address; undefined when nothing is. */
export function addressProblem(address: RegistryAddress): string | undefined {
  try {
    parseAddress(address);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether a host name stands for this machine. */
export function isLoopback(hostname: string): boolean {
  const host = withoutBrackets(hostname);
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Whether what is sent to an address can be read by everybody on the way: it is not https, and not of this machine. */
export function isUnencrypted(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol !== "https:" && !isLoopback(hostname);
}

function parseUrl(value: string): URL {
  // An @ is either credentials or a mistake; both may hold a password, so the value is not repeated.
  if (value.includes("@")) {
    throw new Error("the registry's URL has credentials inside: give them apart from it");
  }
  const shape = "write http(s)://host[:port]";
  if (!URL.canParse(value)) {
    throw new Error(`${JSON.stringify(value)} is not a registry's URL: ${shape}`);
  }
  const url = new URL(value);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new Error(`${JSON.stringify(value)} is not a registry's URL: ${shape}`);
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new Error(`${JSON.stringify(value)} has more than a host and a port: ${shape}`);
  }
  return url;
}

function parseConnect(value: string): { hostname: string; port: string } {
  const parts = /^(\[[0-9a-fA-F:]+\]|[^\s:/@[\]]+):([0-9]{1,5})$/.exec(value);
  const [, hostname, port] = parts ?? [];
  if (hostname === undefined || port === undefined || Number(port) < 1 || Number(port) > 65535) {
    throw new Error(`${JSON.stringify(value)} is not an address to connect to: write host:port`);
  }
  return { hostname: withoutBrackets(hostname), port };
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
