import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { parseAddress, type RegistryAddress } from "./address";

/**
 * Runs `work` with the address of an HTTP proxy on loopback that leads to `address.connect` whatever is asked of the
 * registry's host, for tools that dial a URL's host and nothing else. It serves that host alone, so that it is of no use to
 * others on the machine, and TLS stays between the tool and the registry. It is gone when the work is done.
 */
export async function withDivertingProxy<T>(
  address: RegistryAddress & { connect: string },
  work: (proxy: string) => Promise<T>,
): Promise<T> {
  const { origin, dial } = parseAddress(address);
  if (dial === undefined) throw new Error("there is nowhere to divert to");
  const { host, hostname, port, protocol } = new URL(origin);
  const authority = `${hostname}:${port === "" ? defaultPort(protocol) : port}`;
  const sockets = new Set<Duplex>();
  const server = createServer((asked, answer) => {
    if (asked.headers.host === host && protocol === "http:") forward(asked, answer, dial);
    else answer.writeHead(403).end();
  });
  server.on("connect", (asked: IncomingMessage, client: Socket, head: Buffer) => {
    sockets.add(client);
    client.on("error", () => client.destroy());
    if (asked.url === authority) sockets.add(tunnel(client, head, dial));
    else client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  }
}

interface Dial {
  hostname: string;
  port: string;
}

function tunnel(client: Socket, head: Buffer, { hostname, port }: Dial): Socket {
  let through = false;
  const registry = connect(Number(port), hostname, () => {
    through = true;
    client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    registry.write(head);
    registry.pipe(client).pipe(registry);
  });
  registry.on("error", () => {
    if (through) client.destroy();
    else client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  client.on("close", () => registry.destroy());
  return registry;
}

function forward(asked: IncomingMessage, answer: ServerResponse, { hostname, port }: Dial): void {
  const { pathname, search } = new URL(asked.url ?? "/", "http://registry");
  const { method, headers } = asked;
  const onward = request({ hostname, port, method, path: pathname + search, headers });
  onward.on("response", (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.on("error", () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
  asked.pipe(onward);
}

const defaultPort = (protocol: string) => (protocol === "https:" ? 443 : 80);
