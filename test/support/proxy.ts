import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** An HTTP proxy that knows some hosts, and remembers what it was asked. */
export interface RecordingProxy {
  /** `http://127.0.0.1:port`. */
  url: string;
  /** `CONNECT host:port` and `GET http://host/path`, as they came. */
  lines: string[];
  /** All headers that it saw, in one text. */
  headers: () => string;
}

/** Proxies for the tests of one `describe`, closed after each test. */
export function useProxies() {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });
  /**
   * @param hosts where each `host:port` is really; others are answered with `refusal`
   * @param account `user:password` that it wants
   */
  return async (
    hosts: Record<string, number>,
    { account, refusal = 502 }: { account?: string; refusal?: number } = {},
  ): Promise<RecordingProxy> => {
    const lines: string[] = [];
    const headers: string[] = [];
    const sockets = new Set<Duplex>();
    const known = account && `Basic ${Buffer.from(account).toString("base64")}`;
    const note = (asked: IncomingMessage) => {
      lines.push(`${asked.method ?? ""} ${asked.url ?? ""}`);
      headers.push(JSON.stringify(asked.headers));
      return asked.headers["proxy-authorization"] === known ? undefined : 407;
    };
    const server = createServer((asked, answer) => {
      answer.writeHead(note(asked) ?? refusal).end();
    });
    server.on("connect", (asked: IncomingMessage, client: Duplex, head: Buffer) => {
      sockets.add(client);
      client.on("error", () => client.destroy());
      const port = hosts[asked.url ?? ""];
      const status = note(asked) ?? (port === undefined ? refusal : 200);
      if (port === undefined || status !== 200) {
        client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
        return;
      }
      const target = connect(port, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        target.write(head);
        target.pipe(client).pipe(target);
      });
      sockets.add(target);
      target.on("error", () => client.destroy());
      client.on("close", () => target.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
      server.closeAllConnections();
    });
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      lines,
      headers: () => headers.join("\n"),
    };
  };
}

const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"];

/** Says in this process's environment which proxies there are, and nothing else, until the test is over. */
export function useProxyVariables(): (variables: Record<string, string>) => void {
  const all = names.flatMap((name) => [name, name.toLowerCase()]);
  const before = all.map((name) => [name, process.env[name]] as const);
  const clear = () => {
    for (const name of all) Reflect.deleteProperty(process.env, name);
  };
  afterEach(() => {
    clear();
    for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
  });
  return (variables) => {
    clear();
    Object.assign(process.env, variables);
  };
}
