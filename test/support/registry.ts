import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { RegistryProcess } from "./registryProcess";

/** A line of a registry's access log. */
interface LoggedRequest {
  method: string;
  /** Without the query. */
  path: string;
  status: number;
}

/** A real registry on loopback, for one suite: `stop()` it in `after`. */
export interface RunningRegistry {
  kind: "zot" | "distribution";
  /** `http://127.0.0.1:port` */
  url: string;
  /** `127.0.0.1:port`, as it stands in a reference. */
  host: string;
  /** The folder with config and storage; goes with `stop()`. */
  folder: string;
  /** All that it wrote so far. */
  log(): string;
  /** What it was asked so far. An answer can be here before its line: await `quiet()` first. */
  requests(): LoggedRequest[];
  /** Waits until the log stands still. */
  quiet(): Promise<void>;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
}

/** Accounts by name: a password, or a ready bcrypt hash (`$2y$...`). */
type Users = Record<string, string>;

export interface DistributionOptions {
  /** Default: everybody may do everything. */
  users?: Users;
  /** Default: true. */
  delete?: boolean;
  /** Top-level keys of config.yml to set or replace. */
  config?: Record<string, unknown>;
}

export interface ZotOptions {
  /** Default: everybody may do everything. Written as htpasswd, unless `config.http` has an `auth` of its own. */
  users?: Users;
  /** Zot's config.json; `storage` and `http` are merged with address, port and folder. */
  config?: { http?: object; storage?: object; [key: string]: unknown };
  /** The folder of the images. Default: one of its own, which goes with it. */
  storage?: string;
  /** Fills the folder of the images before it starts. */
  prepare?: (storage: string) => Promise<void>;
  /** What it finds in its environment, such as the keys of a bucket. */
  env?: Record<string, string>;
}

/** A bcrypt hash at bcrypt's lowest cost: good enough for a test, and quick. */
function quickHash(password: string): string {
  return hashSync(password, 4);
}

/** Starts Debian's `docker-registry` (distribution 2.8). Skip without it first: `skipWithout("docker-registry", this)`. */
export async function startDistribution(
  options: DistributionOptions = {},
): Promise<RunningRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "zot-fleet-distribution-"));
  const auth = options.users && {
    htpasswd: { realm: "test", path: await writeHtpasswd(folder, options.users) },
  };
  const file = join(folder, "config.yml");
  // JSON is YAML.
  const config = {
    version: 0.1,
    log: { level: "info" },
    storage: {
      filesystem: { rootdirectory: join(folder, "storage") },
      delete: { enabled: options.delete ?? true },
    },
    http: { addr: "127.0.0.1:0", secret: "test" },
    ...(auth ? { auth } : {}),
    ...options.config,
  };
  await writeFile(file, JSON.stringify(config));
  const registry = new RegistryProcess("docker-registry", ["serve", file], folder);
  const port = await registry.logged(/listening on 127\.0\.0\.1:(\d+)/);
  return running("distribution", registry, port, folder, readCommonLog);
}

/** Starts the `zot` on PATH. Skip without it first: `skipWithout("zot", this)`. */
export async function startZot(options: ZotOptions = {}): Promise<RunningRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "zot-fleet-zot-"));
  const auth = options.users && {
    htpasswd: { path: await writeHtpasswd(folder, options.users) },
  };
  const file = join(folder, "config.json");
  const { storage = join(folder, "storage") } = options;
  const config = {
    log: { level: "info" },
    ...options.config,
    storage: { ...options.config?.storage, rootDirectory: storage },
    http: {
      ...(auth ? { auth } : {}),
      ...options.config?.http,
      address: "127.0.0.1",
      port: "0",
    },
  };
  await writeFile(file, JSON.stringify(config));
  await options.prepare?.(storage);
  const registry = new RegistryProcess("zot", ["serve", file], folder, options.env);
  const port = await registry.logged(/kernel chosen port","port":(\d+)/);
  return running("zot", registry, port, folder, readZotLog);
}

function running(
  kind: RunningRegistry["kind"],
  registry: RegistryProcess,
  port: string,
  folder: string,
  readLog: (log: string) => LoggedRequest[],
): RunningRegistry {
  const host = `127.0.0.1:${port}`;
  return {
    kind,
    url: `http://${host}`,
    host,
    folder,
    log: () => registry.log,
    requests: () => readLog(registry.log),
    quiet: () => registry.quiet(),
    stop: () => registry.stop(),
  };
}

async function writeHtpasswd(folder: string, users: Users): Promise<string> {
  const path = join(folder, "htpasswd");
  const lines = Object.entries(users).map(([name, secret]) => {
    return `${name}:${/^\$2[aby]\$/.test(secret) ? secret : quickHash(secret)}\n`;
  });
  await writeFile(path, lines.join(""), { mode: 0o600 });
  return path;
}

/** Apache's combined format. */
function readCommonLog(log: string): LoggedRequest[] {
  return [...log.matchAll(/^\S+ - \S+ \[[^\]]+\] "(\S+) (\S+) HTTP\/[\d.]+" (\d+) /gm)].map(
    ([, method = "", target = "", status]) => logged(method, target, Number(status)),
  );
}

function readZotLog(log: string): LoggedRequest[] {
  return log.split("\n").flatMap((line) => {
    if (!line.includes('"HTTP API"') || !line.endsWith("}")) return [];
    const entry = JSON.parse(line) as { method: string; path: string; statusCode: number };
    return [logged(entry.method, entry.path, entry.statusCode)];
  });
}

function logged(method: string, target: string, status: number): LoggedRequest {
  const [path = target] = target.split("?", 1);
  return { method, path, status };
}
