import { once } from "node:events";
import {
  createServer,
  request as forward,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A request on its way. */
export interface Passing {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingHttpHeaders;
}

export interface PassedAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** What is wrong on a way while it is wrong. */
export interface Alteration {
  /** What is answered in the registry's place; undefined where the registry is asked. */
  instead?: (asked: Passing) => PassedAnswer | undefined;
  /** What becomes of the registry's answer; undefined where it stays. The body ends where `body` does, whatever its length is said to be. */
  altered?: (asked: Passing, answer: PassedAnswer) => PassedAnswer | undefined;
  /** What gets no answer, and is read to its end. */
  swallows?: (asked: Passing) => boolean;
  /** Told of each request as it begins. */
  begun?: (asked: Passing) => void;
}

/** A way to a registry on which somebody answers in its place, or changes what it says. */
export class AlteringWay {
  alteration: Alteration = {};
  readonly #server: Server;

  private constructor(target: string) {
    this.#server = createServer((request, response) => {
      void this.#pass(target, request, response);
    });
    // Who hangs does so on purpose: connections stay.
    Object.assign(this.#server, { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
  }

  /** @param target `http://host:port` */
  static async to(target: string): Promise<AlteringWay> {
    const way = new AlteringWay(target);
    way.#server.listen(0, "127.0.0.1");
    await once(way.#server, "listening");
    return way;
  }

  /** `http://127.0.0.1:port` */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(target: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/", headers } = request;
    const asked = { method, path, headers };
    const { instead, altered, begun, swallows } = this.alteration;
    begun?.(asked);
    if (swallows?.(asked) === true) {
      request.resume();
      return;
    }
    const answer = instead?.(asked);
    if (answer !== undefined) {
      request.resume();
      end(response, answer);
      return;
    }
    const onward = forward(target + path, { method, headers });
    request.pipe(onward);
    response.once("close", () => onward.destroy());
    try {
      const [found] = (await once(onward, "response")) as [IncomingMessage];
      const status = found.statusCode ?? 500;
      if (altered === undefined || !["GET", "HEAD"].includes(method)) {
        response.writeHead(status, found.headers);
        found.on("error", () => response.destroy()).pipe(response);
        return;
      }
      const whole = { status, headers: { ...found.headers }, body: await buffer(found) };
      end(response, altered(asked, whole) ?? whole);
    } catch {
      response.destroy();
    }
  }
}

function end(response: ServerResponse, { status, headers, body }: PassedAnswer): void {
  response.writeHead(status, { ...headers, connection: "close" });
  response.end(body, () => response.socket?.end());
}
