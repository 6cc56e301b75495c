import { once } from "node:events";
import { request } from "node:http";
import { createServer, type Server } from "node:https";
import { Transform } from "node:stream";
import { createSecureContext } from "node:tls";

/** Where a host's requests go: an address of a pod, or undefined while there is none. */
type Backend = () => { address: string; port: number } | undefined;

export interface Site {
  backend: Backend;
  key: string;
  cert: string;
  /** How fast requests go on to what is behind it. Default: as they come. */
  bytesPerSecond?: number;
}

/** What stands in front of registries for a cluster's gateways: TLS by host name, and 503 where nothing is behind it. */
export interface Gateway {
  address: string;
  sites: Map<string, Site>;
  stop: () => Promise<void>;
}

function slowed(bytesPerSecond: number): Transform {
  return new Transform({
    transform: (chunk: Buffer, _, done) => {
      setTimeout(done, (chunk.length / bytesPerSecond) * 1000, null, chunk);
    },
  });
}

/** Addresses of this machine that a gateway may have; clients ask for port 443, so that one of them must be free. */
const addresses = Array.from({ length: 20 }, (_, index) => `127.0.83.${index + 1}`);

/**
 * Listens on port 443 of an address of this machine that is free, which only root may.
 *
 * @throws Error that says what is in the way
 */
export async function startGateway(): Promise<Gateway> {
  const sites = new Map<string, Site>();
  const server = createServer({
    SNICallback: (name, done) => {
      const site = sites.get(name);
      if (site === undefined) done(new Error(`nobody knows ${name}`));
      else done(null, createSecureContext(site));
    },
  });
  server.on("request", (asked, answer) => {
    const { backend: find, bytesPerSecond } = sites.get(asked.headers.host ?? "") ?? {};
    const backend = find?.();
    const nobody = () => answer.writeHead(503).end("no healthy upstream");
    if (backend === undefined) {
      nobody();
      return;
    }
    const { method, url, headers } = asked;
    const passed = request({
      host: backend.address,
      port: backend.port,
      method,
      path: url,
      headers,
    });
    passed.on("response", (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    passed.on("error", () => {
      if (answer.headersSent) answer.destroy();
      else nobody();
    });
    if (bytesPerSecond === undefined) asked.pipe(passed);
    else asked.pipe(slowed(bytesPerSecond)).pipe(passed);
  });
  const address = await listenOnOneOf(server, addresses, 443);
  return {
    address,
    sites,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close").catch(() => undefined);
    },
  };
}

async function listenOnOneOf(
  server: Server,
  among: readonly string[],
  port: number,
): Promise<string> {
  for (const address of among) {
    try {
      server.listen(port, address);
      await once(server, "listening");
      return address;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
  throw new Error(
    `port ${port} is taken on ${among[0] ?? ""} to ${among.at(-1) ?? ""}, probably on every address: stop what listens there ("ss -ltnp 'sport = :${port}'" names it)`,
  );
}
