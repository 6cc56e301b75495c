import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "mocha";
import { sharedStorageConfig } from "../../src/zot/sharedStorage";
import { BackingService } from "./backingService";
import { freePort } from "./freePort";
import { startObjectStore, type ObjectStore } from "./objectStore";
import { startRedis, type Redis } from "./redis";
import { startZot, type RunningRegistry } from "./registry";
import { skipWithout } from "./skip";
import { closeAll, type Undo } from "./undo";

/** Where both keep their images in the bucket. */
export const prefix = "registries/ottawa";

/** Two Zots over one bucket and one Redis, behind a balancer that gives each request to the next of them. */
export interface Replicas {
  /** Of the balancer. */
  url: string;
  zots: readonly [RunningRegistry, RunningRegistry];
  store: ObjectStore;
  redis: Redis;
  /** Starts one more, as a pod that comes. */
  another: () => Promise<RunningRegistry>;
  stop: () => Promise<void>;
}

/** The accounts: each one's password is `secret`. */
export const users = { admin: "secret" };

/** Starts them; skips what is running where a tool is missing. */
export async function startReplicas(context: Context): Promise<Replicas> {
  for (const tool of ["zot", "versitygw", "redis-server", "redis-cli", "haproxy"])
    skipWithout(tool, context);
  const undo: Undo[] = [];
  try {
    const store = await startObjectStore();
    undo.push(() => store.service.remove());
    const redis = await startRedis();
    undo.push(() => redis.service.remove());
    const another = async () => {
      const config = replicaConfig(store, redis);
      const zot = await startZot({ users, config, env: store.environment });
      undo.push(() => zot.stop());
      return zot;
    };
    const zots = [await another(), await another()] as const;
    const { url, service } = await startBalancer(zots.map(({ host }) => host));
    undo.push(() => service.remove());
    return { url, zots, store, redis, another, stop: () => closeAll(undo) };
  } catch (error) {
    await closeAll(undo);
    throw error;
  }
}

/** What of Zot's config makes it one of several. */
function replicaConfig(store: ObjectStore, redis: Redis) {
  const shared = {
    s3: {
      bucket: store.bucket,
      region: store.region,
      endpoint: `http://127.0.0.1:${store.port}`,
      prefix,
    },
    redis: { addresses: [`127.0.0.1:${redis.port}`], keyPrefix: "ottawa" },
  };
  return {
    storage: { dedupe: false, gc: false, ...sharedStorageConfig(shared, redis.password) },
    http: {
      compat: ["docker2s2"],
      // Of the folder that it starts in.
      auth: { htpasswd: { path: "htpasswd" }, apikey: true, failDelay: 0 },
    },
  };
}

/** Debian's haproxy: every request to the next server, and nothing asked twice. */
async function startBalancer(hosts: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "zot-fleet-haproxy-"));
  const port = await freePort();
  const file = join(folder, "haproxy.cfg");
  const lines = [
    "defaults",
    "  mode http",
    "  retries 0",
    "  timeout connect 5s",
    "  timeout client 60s",
    "  timeout server 60s",
    "frontend all",
    `  bind 127.0.0.1:${port}`,
    "  default_backend zots",
    "backend zots",
    "  balance roundrobin",
    ...hosts.map((host, index) => `  server zot${index} ${host}`),
    "",
  ];
  writeFileSync(file, lines.join("\n"));
  const args = ["-db", "-f", file];
  const service = await BackingService.started({ command: "haproxy", args, folder, port });
  return { url: `http://127.0.0.1:${port}`, service };
}
