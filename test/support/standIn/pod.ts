import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import {
  createServer,
  request as ask,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findTool } from "../../../src/system/tools";
import { freePort } from "../freePort";
import { RegistryProcess } from "../registryProcess";
import { everyManifest, likeZot, type Gatekeeper } from "./likeZot";

/** What a pod of the registry starts with. */
export interface PodFiles {
  /** Those of the ConfigMap; `config.json` among them. */
  config: Readonly<Record<string, string>>;
  /** Those of the Secret. */
  secret: Readonly<Record<string, string>>;
  /** The folder of the claim. */
  volume: string;
  /** Of Zot, such as `2.1.18`. */
  version: string;
}

/**
 * "The pod": a real registry on loopback, Zot where it is on PATH, else Debian's docker-registry behind what Zot does besides.
 * Clients reach it at one address through all its lives.
 */
export class RegistryPod {
  readonly kind: "zot" | "distribution";
  /** Starts so far. */
  starts = 0;
  /** What happens at the last moment before it ends. */
  beforeStop: () => Promise<void> = () => Promise.resolve();
  #refusing = false;
  #front: Server | undefined;
  #port = 0;
  #process: RegistryProcess | undefined;
  #backend: string | undefined;
  #gate: Gatekeeper | undefined;
  /** The folder of the images and Zot's version: what a pod of this image would say of itself. */
  #says = { volume: "", version: "" };

  constructor(kind?: RegistryPod["kind"]) {
    this.kind = kind ?? (findTool("zot") === undefined ? "distribution" : "zot");
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get log(): string {
    return this.#process?.log ?? "";
  }

  /** Lets clients reach it. */
  async open(): Promise<void> {
    if (this.#front !== undefined) return;
    const server = createServer((request, response) => {
      this.#pass(request, response).catch(() => request.socket.destroy());
    });
    server.keepAliveTimeout = 1;
    this.#port ||= await freePort();
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#front = server;
  }

  /** Takes the address away: connections are refused. */
  async shut(): Promise<void> {
    const server = this.#front;
    this.#front = undefined;
    if (server === undefined) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }

  async start({ config, secret, volume, version }: PodFiles): Promise<void> {
    await this.stop();
    this.starts++;
    const folder = mkdtempSync(join(tmpdir(), "zot-fleet-pod-"));
    mkdirSync(volume, { recursive: true });
    const asked = JSON.parse(config["config.json"] ?? "{}") as Parameters<
      typeof likeZot
    >[0]["config"];
    if (this.kind === "zot") {
      const here = (text: string) =>
        text
          .replaceAll("/var/lib/registry", volume)
          .replaceAll("/etc/zot", join(folder, "etc"))
          .replaceAll("/secret", join(folder, "secret"));
      for (const [name, content] of Object.entries(config))
        write(join(folder, "etc", name), content);
      for (const [name, content] of Object.entries(secret))
        write(join(folder, "secret", name), content);
      // Whom it refuses, it would let wait: a second for each of hundreds of looks.
      const auth = { ...asked.http.auth, failDelay: 0 };
      const listening = {
        ...asked,
        // It tells its port at this level, and no other.
        log: { level: "info" },
        http: { ...asked.http, auth, address: "127.0.0.1", port: "0" },
      };
      write(join(folder, "etc", "config.json"), here(JSON.stringify(listening)));
      this.#says = { volume, version };
      await this.#run(
        ["zot", "serve", join(folder, "etc", "config.json")],
        folder,
        /kernel chosen port","port":(\d+)/,
      );
      return;
    }
    const file = {
      version: 0.1,
      log: { level: "warn" },
      storage: { filesystem: { rootdirectory: volume }, delete: { enabled: true } },
      http: { addr: "127.0.0.1:0", secret: "test", relativeurls: true },
    };
    write(
      join(folder, "config.yml"),
      JSON.stringify({ ...file, log: { level: "info", accesslog: { disabled: true } } }),
    );
    this.#gate = likeZot({ config: asked, version, htpasswd: secret["htpasswd"] ?? "", volume });
    await this.#run(
      ["docker-registry", "serve", join(folder, "config.yml")],
      folder,
      /listening on 127\.0\.0\.1:(\d+)/,
    );
  }

  /** Whether it answers every push with 500, as one does whose volume is full. */
  refuseWrites(refusing: boolean): void {
    this.#refusing = refusing;
  }

  async stop(): Promise<void> {
    if (this.#process !== undefined) await this.beforeStop();
    const running = this.#process;
    [this.#process, this.#backend, this.#gate] = [undefined, undefined, undefined];
    await running?.stop();
  }

  async #run([command = "", ...args]: string[], folder: string, port: RegExp): Promise<void> {
    const child = new RegistryProcess(command, args, folder);
    this.#process = child;
    this.#backend = await child.logged(port);
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const backend = this.#backend;
    if (backend === undefined) {
      request.socket.destroy();
      return;
    }
    if (this.#refusing && ["PUT", "POST", "PATCH"].includes(request.method ?? "")) {
      response.writeHead(500).end();
      return;
    }
    const base = `http://127.0.0.1:${backend}`;
    if (this.#gate !== undefined && (await this.#gate(request, response, base))) return;
    const { authorization: _, accept, ...rest } = request.headers;
    const headers = {
      ...rest,
      accept: accept === undefined || accept === "*/*" ? everyManifest : accept,
    };
    const onward = ask(base + (request.url ?? "/"), {
      method: request.method,
      headers: this.#gate === undefined ? request.headers : headers,
    });
    onward.on("response", (answer) => {
      if (this.kind === "zot" && /^\/(metrics|v2\/_zot\/ext\/mgmt)$/.test(request.url ?? "")) {
        void this.#ofItself(answer, response);
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on("error", () => request.socket.destroy());
    request.pipe(onward);
  }

  /** One Zot on this machine plays every version; its images lie in another folder than in a pod. */
  async #ofItself(answer: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const { volume, version } = this.#says;
    const text = Buffer.concat(chunks)
      .toString()
      .replaceAll(volume, "/var/lib/registry")
      .replace(/((?:"releaseTag":"|"commit":"|commit=")v)[\d.]+/g, `$1${version}`);
    const type = answer.headers["content-type"] ?? "text/plain";
    response.writeHead(answer.statusCode ?? 502, { "content-type": type });
    response.end(text);
  }
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode: 0o600 });
}
