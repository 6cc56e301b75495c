import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { parseAddress, type ParsedAddress, type RegistryAddress } from "./address";
import { authorityOf, hostOf, connectionTo, type Proxies, type HostConnection } from "./proxy";
import { openConnection } from "./tunnel";

/**
 * Runs `work` with the address of an HTTP proxy on loopback that leads to an address's `connect` whatever is asked of its
 * registry's host, for tools that dial a URL's host and nothing else. Other hosts, such as a token service, are reached as
 * `proxies` has it. It serves whoever knows the account in its address, so that it is of no use to others on the machine, and
 * TLS stays between the tool and its host. It is gone when the work is done.
 */
export async function withDivertingProxy<T>(
  addresses: readonly (RegistryAddress & { connect: string })[],
  proxies: Proxies,
  work: (proxy: string) => Promise<T>,
): Promise<T> {
  const parsed = addresses.map((address) => parseAddress(address));
  const addressOf = ({ origin }: URL) =>
    parsed.find((each) => each.origin === origin) ?? { origin };
  const key = randomBytes(24).toString("hex");
  const known = `Basic ${Buffer.from(`${account}:${key}`).toString("base64")}`;
  const knows = ({ headers }: IncomingMessage) => headers["proxy-authorization"] === known;
  const sockets = new Set<Duplex>();
  const server = createServer((asked, answer) => {
    const url = URL.canParse(asked.url ?? "") ? new URL(asked.url ?? "") : undefined;
    if (!knows(asked)) answer.writeHead(407).end();
    else if (url?.protocol === "http:")
      forward(asked, answer, url, connectionTo(url, addressOf(url), proxies));
    else answer.writeHead(400).end();
  });
  server.on("connect", (asked: IncomingMessage, client: Socket, head: Buffer) => {
    sockets.add(client);
    client.on("error", () => client.destroy());
    if (!knows(asked)) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    // Whoever asks for a tunnel does not say for what; a registry's own host speaks its own protocol, all others TLS.
    const url = originFor(asked.url ?? "", parsed);
    openConnection(url, connectionTo(url, addressOf(url), proxies)).then(
      (onward) => {
        sockets.add(onward);
        join(client, head, onward);
      },
      () => client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    return await work(`http://${account}:${key}@127.0.0.1:${port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  }
}

/** A name, which Go's client does not send an account without. */
const account = "zot-fleet";

function originFor(authority: string, addresses: readonly ParsedAddress[]): URL {
  const origins = addresses.map(({ origin }) => new URL(origin));
  return origins.find((own) => authority === authorityOf(own)) ?? new URL(`https://${authority}`);
}

/** A client's connection and its host's, as one. */
function join(client: Duplex, head: Buffer, onward: Duplex): void {
  onward.on("error", () => client.destroy());
  client.on("close", () => onward.destroy());
  client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
  onward.write(head);
  onward.pipe(client).pipe(onward);
}

/** An http request is never given to another proxy: it may carry a password. */
function forward(
  asked: IncomingMessage,
  answer: ServerResponse,
  url: URL,
  connection: HostConnection,
): void {
  const { hostname, port } = connection.by === "dial" ? connection : hostOf(url);
  const { "proxy-authorization": _, ...headers } = asked.headers;
  const path = url.pathname + url.search;
  const onward = request({ hostname, port, method: asked.method, path, headers });
  onward.on("response", (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.on("error", () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
  asked.pipe(onward);
}
