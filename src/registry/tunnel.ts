import { once } from "node:events";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { Client } from "undici";
import { basicPair } from "./dockerConfig";
import { authorityOf, hostOf, type HostConnection } from "./proxy";

/** A proxy said no. The message names neither its account nor what was asked of it. */
export class ProxyRefusal extends Error {
  override readonly name = "ProxyRefusal";

  constructor(
    /** Its answer to CONNECT. */
    readonly status: number,
  ) {
    const hint = hints[status];
    super(`the proxy answers ${status}${hint === undefined ? "" : `: ${hint}`}`);
  }
}

const hints: Readonly<Record<number, string>> = {
  403: "it refuses this host",
  407: "it wants an account",
};

/**
 * A connection to `authority` (`host:port`) through an HTTP proxy (RFC 9110, 9.3.6). What is sent over it the proxy passes on
 * as it is: TLS to the host stays TLS.
 *
 * @throws ProxyRefusal, or the transport's error where the proxy cannot be reached
 */
export async function tunnel(proxy: URL, authority: string, limitMs: number): Promise<Duplex> {
  const client = new Client(proxy.origin, {
    connect: { timeout: limitMs },
    headersTimeout: limitMs,
  });
  try {
    const { statusCode, socket } = await client.connect({
      path: authority,
      headers: { host: authority, ...accountOf(proxy) },
      signal: AbortSignal.timeout(limitMs),
    });
    if (statusCode === 200) return socket;
    socket.on("error", () => undefined).destroy();
    throw new ProxyRefusal(statusCode);
  } finally {
    // The connection is the caller's now; there is nothing else to wait for.
    void client.destroy();
  }
}

const timeoutMs = 30_000;

/** A plain connection to a URL's host, through a proxy where one is given. @throws as `tunnel` does */
export async function openConnection(url: URL, connection: HostConnection): Promise<Duplex> {
  if (connection.by === "proxy") return tunnel(connection.proxy, authorityOf(url), timeoutMs);
  const { hostname, port } = connection.by === "dial" ? connection : hostOf(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect", { signal: AbortSignal.timeout(timeoutMs) });
  return socket;
}

function accountOf({ username, password }: URL): Record<string, string> {
  if (username === "") return {};
  const account = {
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
  return { "proxy-authorization": `Basic ${basicPair(account)}` };
}
