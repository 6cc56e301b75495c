import { once } from "node:events";
import { createServer, request as forward, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { DeliveryClient } from "../../src/keys/delivery/deliveryClient";
import { DeliveryError } from "../../src/keys/delivery/targetKind";
import type { Login } from "../../src/registry/dockerConfig";

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A place for a login that fails half the time: half of these before it stored the login, half after. */
export class UnreliableTarget {
  login: Login | undefined;
  failures = { before: 0, after: 0 };
  reliable = false;

  constructor(
    private readonly random: () => number,
    private readonly stored: () => Promise<void>,
  ) {}

  readonly client = (): DeliveryClient => ({
    put: async (_target, login) => {
      const chance = this.reliable ? 1 : this.random();
      if (chance < 0.25) {
        this.failures.before++;
        throw new DeliveryError("it failed before it stored anything");
      }
      this.login = login;
      await this.stored();
      if (chance >= 0.5) return;
      this.failures.after++;
      throw new DeliveryError("no answer came in time");
    },
    holds: () => Promise.resolve(undefined),
    withdraw: () => Promise.resolve(false),
    foreign: () => Promise.resolve(undefined),
  });
}

/** Stands between a client and a registry, and dies when it is told to: from then on nothing is heard of either. */
export class MortalProxy {
  /** Requests that go through before it dies. */
  left = Infinity;
  /** Whether the last of them is still done by the registry, with its answer lost. */
  loseAnswer = false;
  #server: Server | undefined;

  constructor(
    private readonly target: string,
    private readonly passed: (method: string) => Promise<void>,
  ) {}

  async start(): Promise<string> {
    this.#server = createServer((request, response) => {
      const dying = --this.left < 0;
      if (dying && !(this.loseAnswer && this.left === -1)) {
        response.destroy();
        return;
      }
      void buffer(request).then((body) => {
        const { method = "GET", headers, url = "/" } = request;
        const onward = forward(`${this.target}${url}`, { method, headers }, (answer) => {
          void buffer(answer).then(async (bytes) => {
            await this.passed(method);
            if (dying) response.destroy();
            else response.writeHead(answer.statusCode ?? 500, answer.headers).end(bytes);
          });
        });
        onward.end(body);
      });
    }).listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get isDead(): boolean {
    return this.left < 0;
  }

  stop(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }
}
