import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BackingService } from "./backingService";
import { freePort } from "./freePort";

/** A way to a server on which things go wrong when they are told to. */
export interface BadWay {
  /** `http://127.0.0.1:port` */
  url: string;
  /**
   * Lets every connection end after so many bytes: of what the server sends (`downstream`), or of what it is sent.
   * (github.com/Shopify/toxiproxy, README.md, "limit_data")
   */
  cutAfter: (bytes: number, stream: "downstream" | "upstream") => Promise<void>;
  /** Lets so many kilobytes a second through. */
  slowDown: (rate: number, stream: "downstream" | "upstream") => Promise<void>;
  /** Takes no connection. */
  refuse: () => Promise<void>;
  /** Takes connections, and resets each. */
  reset: () => Promise<void>;
  /** Takes connections and what they send, and answers nothing. */
  hang: () => Promise<void>;
  /** Lets all be well again on this way. */
  mend: () => Promise<void>;
}

/** Ways on which a network fails, by Shopify's toxiproxy; skip without it first: `skipWithout("toxiproxy-server", this)`. */
export class Toxiproxy {
  readonly #service: BackingService;
  readonly #api: string;

  private constructor(service: BackingService, port: number) {
    this.#service = service;
    this.#api = `http://127.0.0.1:${port}`;
  }

  static async started(): Promise<Toxiproxy> {
    const port = await freePort();
    const service = await BackingService.started({
      command: "toxiproxy-server",
      args: ["-host", "127.0.0.1", "-port", String(port)],
      folder: mkdtempSync(join(tmpdir(), "zot-fleet-toxiproxy-")),
      port,
    });
    return new Toxiproxy(service, port);
  }

  /** @param upstream `http://host:port` */
  async wayTo(upstream: string): Promise<BadWay> {
    const listen = `127.0.0.1:${await freePort()}`;
    const name = listen.replace(":", "-");
    await this.#post("/proxies", { name, listen, upstream: new URL(upstream).host, enabled: true });
    const toxics = new Set<string>();
    const add = async (type: string, stream: string, attributes: object) => {
      await this.#post(`/proxies/${name}/toxics`, { name: type, type, stream, attributes });
      toxics.add(type);
    };
    const open = (enabled: boolean) => this.#post(`/proxies/${name}`, { enabled });
    return {
      url: `http://${listen}`,
      cutAfter: (bytes, stream) => add("limit_data", stream, { bytes }),
      slowDown: (rate, stream) => add("bandwidth", stream, { rate }),
      refuse: () => open(false),
      reset: () => add("reset_peer", "downstream", { timeout: 0 }),
      hang: () => add("timeout", "downstream", { timeout: 0 }),
      mend: async () => {
        for (const each of toxics) await this.#ask("DELETE", `/proxies/${name}/toxics/${each}`);
        toxics.clear();
        await open(true);
      },
    };
  }

  stop(): Promise<void> {
    return this.#service.remove();
  }

  #post(path: string, body: object): Promise<void> {
    return this.#ask("POST", path, JSON.stringify(body));
  }

  async #ask(method: string, path: string, body: string | null = null): Promise<void> {
    const answer = await fetch(this.#api + path, { method, body });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
}
