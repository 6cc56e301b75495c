import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A port that leads to another one, every byte `delayMs` later in each direction, as over a long road. */
export interface SlowRoad {
  url: string;
  close: () => Promise<void>;
}

export async function slowRoad(to: string, delayMs: number): Promise<SlowRoad> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    // The handshake takes a way there and back before the first byte.
    setTimeout(() => {
      const far = connect(Number(port), hostname);
      for (const [from, into] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on("data", (bytes) => setTimeout(() => into.writable && into.write(bytes), delayMs));
        from.on("end", () => setTimeout(() => into.end(), delayMs));
        from.on("error", () => into.destroy());
        from.on("close", () => sockets.delete(from));
      }
    }, 2 * delayMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
