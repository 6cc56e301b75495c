import { BlockList, isIP } from "node:net";
import { domainToASCII } from "node:url";
import { isLoopback, type ParsedAddress } from "./address";

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What of a machine's environment says how hosts are reached, whatever program asks. */
export interface Proxies {
  /** Whom to ask for https, with the account that it wants inside; undefined where nobody is to be asked. */
  https: URL | undefined;
  /** Hosts that are reached without it, as they were written. */
  except: string;
}

/** How a host is reached: dialled as it is named, dialled elsewhere, or through a proxy. */
export type HostConnection =
  { by: "direct" } | { by: "dial"; hostname: string; port: string } | { by: "proxy"; proxy: URL };

/** The variable names a proxy that cannot be one. Its value may hold a password, and is not repeated. */
class ProxyError extends Error {
  override readonly name = "ProxyError";
}

/**
 * Reads HTTPS_PROXY and NO_PROXY as Go's programs do (golang.org/x/net/http/httpproxy, FromEnvironment): skopeo and Pulumi's
 * providers are such programs, and what they reach is to be reached here.
 *
 * HTTP_PROXY is left out: whoever it names would read the credentials for an http registry. http goes to its host directly.
 *
 * @throws ProxyError for a proxy that neither is `http(s)://host[:port]` nor `host:port`
 */
export function readProxies(env: Environment = process.env): Proxies {
  const given = (name: string) => [env[name], env[name.toLowerCase()]].find(Boolean);
  const https = given("HTTPS_PROXY");
  return {
    https: https === undefined ? undefined : parseProxy(https),
    except: given("NO_PROXY") ?? "",
  };
}

function parseProxy(text: string): URL {
  const whole = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new ProxyError(
    "HTTPS_PROXY names no HTTP proxy: write http://host:port, or name the hosts that are reached without it in NO_PROXY",
  );
}

/** How a URL is reached from here. Where an address says what to dial, that is done: no proxy knows better. */
export function connectionTo(
  url: URL,
  { origin, dial }: Pick<ParsedAddress, "origin" | "dial">,
  proxies: Proxies,
): HostConnection {
  if (dial !== undefined && url.origin === origin) return { by: "dial", ...dial };
  return proxies.https !== undefined && isProxied(url, proxies.except)
    ? { by: "proxy", proxy: proxies.https }
    : { by: "direct" };
}

/** What to dial for a URL. */
export function hostOf({ protocol, hostname, port }: URL): { hostname: string; port: string } {
  const usual = protocol === "https:" ? "443" : "80";
  return { hostname: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? usual : port };
}

/** `host:port` of a URL, as CONNECT has it. */
export const authorityOf = (url: URL): string => `${url.hostname}:${hostOf(url).port}`;

/** ` (through …)` behind a host that is not simply dialled; without a proxy's account. */
export function connectionText(connection: HostConnection): string {
  if (connection.by === "direct") return "";
  return connection.by === "dial"
    ? ` (through ${connection.hostname}:${connection.port})`
    : ` (through the proxy ${connection.proxy.host})`;
}

/** The names under which programs look for a proxy. */
const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"];

/** An environment without a word about proxies. */
export function withoutProxies(env: Environment): Record<string, string> {
  const all = new Set(names.flatMap((name) => [name, name.toLowerCase()]));
  const kept = Object.entries(env).filter(([name]) => !all.has(name));
  return Object.fromEntries(
    kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/**
 * The variables that make a program written in Go reach registries as they are reached here.
 *
 * An http registry is excepted by name, with every port: skopeo tries https first, on https's own port where the URL has none,
 * does not verify it there, and would take whoever a proxy leads it to for the registry.
 */
export function proxyVariables(
  registries: readonly URL[],
  { https, except }: Proxies,
): Record<string, string> {
  if (https === undefined) return {};
  const own = registries
    .filter(({ protocol }) => protocol === "http:")
    .map((url) => hostOf(url).hostname);
  return { HTTPS_PROXY: https.href, NO_PROXY: [except, ...own].filter(Boolean).join(",") };
}

/** Go's rules (httpproxy, useProxy): what is excepted is a host with all below it, an address or a network; each with a port or not. */
function isProxied(url: URL, except: string): boolean {
  if (url.protocol !== "https:") return false;
  const { hostname: host, port: number } = hostOf(url);
  if (isLoopback(host) || inNetwork(host, "127.0.0.0", 8)) return false;
  const entries = except.split(",").map((entry) => entry.trim().toLowerCase());
  if (entries.includes("*")) return false;
  return !entries.some((entry) =>
    isIP(host) === 0 ? excepts(entry, host, number) : exceptsAddress(entry, host, number),
  );
}

/** An entry as host and port; undefined where it is for every port. */
function hostAndPort(entry: string): { host: string; port: string | undefined } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(entry) ?? [];
  const host = bracketed ?? plain;
  return host === undefined
    ? { host: entry, port: undefined }
    : { host, port: port === "" ? undefined : port };
}

function excepts(entry: string, host: string, port: string): boolean {
  const { host: named, port: only } = hostAndPort(entry);
  if (named === "" || (only !== undefined && only !== port)) return false;
  const name = named.replace(/^\*\./, ".");
  const ascii = domainToASCII(name.replace(/^\./, "")) || name.replace(/^\./, "");
  return host.endsWith(`.${ascii}`) || (!name.startsWith(".") && host === ascii);
}

function exceptsAddress(entry: string, host: string, port: string): boolean {
  const [, network, bits] = /^(.+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (network !== undefined) return inNetwork(host, network, Number(bits));
  const { host: named, port: only } = hostAndPort(entry);
  if (isIP(named) === 0 || (only !== undefined && only !== port)) return false;
  return inNetwork(host, named, isIP(named) === 4 ? 32 : 128);
}

function inNetwork(host: string, network: string, bits: number): boolean {
  const family = isIP(network);
  if (
    family === 0 ||
    isIP(host) === 0 ||
    bits > (family === 4 ? 32 : 128) ||
    isIPv4(host) !== isIPv4(network)
  )
    return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family === 4 ? "ipv4" : "ipv6");
  return has(list, host);
}

/** Whether an address is one of IPv4, in IPv6's notation (`::ffff:10.0.0.1`) as well. */
const isIPv4 = (host: string) => has(allIPv4, host);

const allIPv4 = new BlockList();
allIPv4.addSubnet("0.0.0.0", 0, "ipv4");

const has = (list: BlockList, host: string) => list.check(host, isIP(host) === 4 ? "ipv4" : "ipv6");
