import { createHash } from "node:crypto";
import { once } from "node:events";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https";
import type { LookupFunction } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Credentials } from "../../../src/registry/client";
import type { Descriptor } from "../../../src/images/manifest";

/** Where clients find a registry. */
export interface Target {
  /** `https://host` as clients write it, or `http://127.0.0.1:port`. */
  url: string;
  /** Where that host is, instead of what its name says. */
  address?: string;
  /** In PEM. */
  ca?: string;
}

/** An answer that was none of what the request asked for. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    request: string,
  ) {
    super(`${request}: ${status}`);
  }
}

/** An answer with other bytes than its digest says: never to be seen. */
export class DifferentContent extends Error {}

/** Longer than anything that a registry waits for, so that a stall is seen as what ends it. */
const patienceMs = 60_000;

/**
 * How one client asks: with credentials on every request, and never a second time, but where a connection that was kept turns out to
 * be closed. A gateway closes those when its config changes, and every HTTP client opens another (RFC 9112, 9.3.1).
 */
export class Way {
  requests = 0;
  /** How often a kept connection was closed. */
  reconnected = 0;
  credentials: Credentials;
  readonly #target: Target;
  readonly #agent: HttpAgent;

  /** @param keepAlive whether connections are used again; otherwise every request makes its own */
  constructor(target: Target, credentials: Credentials, keepAlive: boolean) {
    this.#target = target;
    this.credentials = credentials;
    this.#agent = new (target.url.startsWith("https:") ? HttpsAgent : HttpAgent)({ keepAlive });
  }

  /** Asks once. @throws Refused for another status than `wanted`, and Node's error where no answer came */
  async ask(
    method: string,
    path: string,
    wanted: number,
    { headers = {}, body }: { headers?: Record<string, string>; body?: Buffer } = {},
  ): Promise<IncomingMessage> {
    const { url, address, ca } = this.#target;
    const { username, password } = this.credentials;
    const options: RequestOptions = {
      method,
      agent: this.#agent,
      auth: `${username}:${password}`,
      headers: { ...headers, "content-length": body?.length ?? 0 },
      ...(ca === undefined ? {} : { ca }),
      ...(address === undefined ? {} : { lookup: always(address) }),
    };
    this.requests++;
    const answer = await this.#answer(new URL(path, url), options, body);
    const { statusCode = 0 } = answer;
    if (statusCode === wanted) return answer;
    await drained(answer);
    throw new Refused(statusCode, `${method} ${path.split("?")[0] ?? ""}`);
  }

  async #answer(url: URL, options: RequestOptions, body?: Buffer): Promise<IncomingMessage> {
    const asked = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, options);
    asked.setTimeout(patienceMs, () => asked.destroy(new Error("no answer for a minute")));
    asked.end(body);
    try {
      const [answer] = (await once(asked, "response")) as [IncomingMessage];
      return answer;
    } catch (error) {
      const closed = asked.reusedSocket && (error as { code?: string }).code === "ECONNRESET";
      if (!closed || options.method !== "GET") throw error;
      this.reconnected++;
      return this.#answer(url, options);
    }
  }

  /** Reads a manifest whole. @throws DifferentContent where it is not what `digest` says */
  async manifest(repository: string, reference: string, digest: string): Promise<Buffer> {
    const path = `/v2/${repository}/manifests/${reference}`;
    const headers = { accept: "application/vnd.oci.image.manifest.v1+json" };
    const answer = await this.ask("GET", path, 200, { headers });
    const bytes = await buffer(answer);
    const found = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    if (found !== digest) throw new DifferentContent(`${repository}:${reference} is ${found}`);
    return bytes;
  }

  /**
   * Reads a blob whole, and forgets it.
   *
   * @param bytesPerSecond how fast @default as it comes
   * @throws DifferentContent where it is not what its descriptor says
   */
  async blob(
    repository: string,
    { digest, size }: Pick<Descriptor, "digest" | "size">,
    bytesPerSecond = Infinity,
  ): Promise<void> {
    const answer = await this.ask("GET", `/v2/${repository}/blobs/${digest}`, 200);
    const started = Date.now();
    const hash = createHash("sha256");
    let read = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      hash.update(chunk);
      read += chunk.length;
      const ahead = (read / bytesPerSecond) * 1000 - (Date.now() - started);
      if (ahead > 0) await sleep(ahead);
    }
    const found = `sha256:${hash.digest("hex")}`;
    if (found !== digest || read !== size)
      throw new DifferentContent(`${repository}@${digest} is ${found} of ${read} bytes`);
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Reads an answer to its end, so that its connection can be used again. */
export async function drained(answer: IncomingMessage): Promise<void> {
  answer.resume();
  if (!answer.readableEnded) await once(answer, "end");
}

function always(address: string): LookupFunction {
  return (_, options, done) => {
    if (options.all === true) done(null, [{ address, family: 4 }]);
    else done(null, address, 4);
  };
}
