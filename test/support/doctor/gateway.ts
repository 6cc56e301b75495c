import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:https";
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

/** Listens on port 443 of an address of this machine, which only root may. */
export async function startGateway(address: string): Promise<Gateway> {
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
  server.listen(443, address);
  await once(server, "listening");
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
