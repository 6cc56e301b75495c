import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A gateway that ends TLS in front of a registry, as a cluster's does. */
export interface Gateway {
  port: number;
  /** Leads to other ports of this machine from now on: each request to the next of them. */
  lead(...ports: string[]): void;
  stop(): Promise<void>;
}

export async function startGateway(tls: { key: string; cert: string }): Promise<Gateway> {
  let targets: string[] = [];
  let asks = 0;
  const server = createServer(tls, (asked, answer) => {
    const { method, url: path, headers } = asked;
    const options = {
      host: "127.0.0.1",
      port: targets[asks++ % targets.length],
      method,
      path,
      headers,
    };
    const onward = request(options, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onward.on("error", () => answer.writeHead(502).end());
    asked.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    lead: (...ports) => (targets = ports),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
