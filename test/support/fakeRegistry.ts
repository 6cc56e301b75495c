import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { RegistryClient, type RegistryClientOptions } from "../../src/registry/client";

/** A server that answers as a test tells it. */
export interface FakeRegistry {
  url: string;
  port: number;
  /** Requests, as they came. */
  seen: IncomingMessage[];
  /** `GET /v2/` for each request. */
  lines(): string[];
  /** Connections that were made so far. */
  connections(): number;
}

export interface Fakes {
  /** Starts a server, over TLS with a key and its certificate. */
  server(answer: RequestListener, tls?: { key: string; cert: string }): Promise<FakeRegistry>;
  /** A client of it, without tries beyond the first unless asked for. */
  client(url: string, options?: Partial<RegistryClientOptions>): RegistryClient;
}

/** Servers and clients for the tests of one `describe`, closed after each test. */
export function useFakes(): Fakes {
  const servers: Server[] = [];
  const clients: RegistryClient[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });
  return {
    async server(answer, tls) {
      const seen: IncomingMessage[] = [];
      let connections = 0;
      const listener: RequestListener = (request, response) => {
        seen.push(request);
        answer(request, response);
      };
      const server = tls ? createTlsServer(tls, listener) : createServer(listener);
      servers.push(server);
      server.on("connection", () => connections++);
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      return {
        url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
        port,
        seen,
        lines: () => seen.map(({ method, url }) => `${method ?? ""} ${url ?? ""}`),
        connections: () => connections,
      };
    },
    client(url, options) {
      const client = new RegistryClient({ url, retries: 0, ...options });
      clients.push(client);
      return client;
    },
  };
}

/** All of a list. */
export async function collect<Item>(items: AsyncGenerator<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
