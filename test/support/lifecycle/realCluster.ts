import { once } from "node:events";
import { readdirSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { removeNamespaces, type TestCluster } from "../clusterProject";
import { freePort } from "../freePort";
import { kubectlProxy } from "../kubectlProxy";
import { playGateways } from "../playedGateways";
import type { ApiClient } from "../standIn/client";
import type { SomeCluster } from "./someCluster";

/** Where connections go: the pod, whichever it is by now. */
class Door {
  #server: Server | undefined;
  #port = 0;
  readonly #open = new Set<Socket>();

  constructor(readonly address: () => Promise<string | undefined>) {}

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async open(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((from) => {
      this.#open.add(from);
      from.on("close", () => this.#open.delete(from)).on("error", () => from.destroy());
      void this.#lead(from);
    });
    this.#port ||= await freePort();
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#server = server;
  }

  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.close();
    for (const each of this.#open) each.destroy();
    await once(server, "close");
  }

  async #lead(from: Socket): Promise<void> {
    const host = await this.address().catch(() => undefined);
    if (host === undefined || from.destroyed) {
      from.destroy();
      return;
    }
    const to = connect({ host, port: 5000 });
    const end = () => {
      from.destroy();
      to.destroy();
    };
    to.on("error", end).on("close", end);
    from.on("close", end).pipe(to).pipe(from);
  }
}

/** How long Helm gets in here, in seconds: a runner that died is waited for as long. */
const helmTimeout = 60;

/**
 * The cluster of KUBECONFIG, whose one node is this machine. Nobody serves its Gateways: their controller is played, so that every
 * cluster will do.
 */
export class RealCluster implements SomeCluster {
  readonly context: string;
  readonly plugins = {};
  readonly replaced = [
    ["src/components/zotRegistry.ts", "inSeconds(startupTimeout) + 300", String(helmTimeout)],
  ] as const;
  readonly pod = new Door(() => this.#address());
  #proxy: Awaited<ReturnType<typeof kubectlProxy>> | undefined;
  #gateways: { stop: () => void } | undefined;

  constructor(
    readonly cluster: TestCluster,
    readonly prefix = "zot-fleet-history-",
  ) {
    this.context = cluster.context;
  }

  get client(): ApiClient {
    if (this.#proxy === undefined) throw new Error("the cluster is not open");
    return this.#proxy.client;
  }

  namespaceOf(name: string): string {
    return this.prefix + name;
  }

  chart(version: string): Record<string, unknown> {
    return { source: this.cluster.chart(version) };
  }

  environment(): Record<string, string> {
    return {};
  }

  async open(): Promise<void> {
    this.#proxy = await kubectlProxy(this.context);
    await this.#clear();
    await this.pod.open();
    this.#gateways = playGateways(this.client, this.namespaceOf("zot"));
  }

  async close(): Promise<void> {
    this.#gateways?.stop();
    await this.pod.shut();
    await this.#clear();
    this.#proxy?.stop();
  }

  async settled(): Promise<void> {
    const set = `/apis/apps/v1/namespaces/${this.namespaceOf("zot")}/statefulsets/zot`;
    for (let tries = 0; tries < 40; tries++) {
      const found = (await this.client.get(set)) as
        | {
            metadata: { generation: number };
            status?: Record<string, unknown>;
            spec: { replicas: number };
          }
        | undefined;
      if (found === undefined) return;
      const { observedGeneration, readyReplicas, currentRevision, updateRevision } =
        found.status ?? {};
      if (
        observedGeneration === found.metadata.generation &&
        readyReplicas === found.spec.replicas &&
        currentRevision === updateRevision
      )
        return;
      await sleep(500);
    }
  }

  async emptyClaim(namespace: string): Promise<void> {
    const { kubectl } = this.cluster;
    for (const folder of await this.#volumes(namespace)) {
      for (const name of readdirSync(folder))
        rmSync(join(folder, name), { recursive: true, force: true });
      await kubectl("-n", namespace, "delete", "pod", "zot-0", "--ignore-not-found", "--wait");
      // What it wrote while it ended.
      for (const name of readdirSync(folder).filter((each) => each.startsWith("team")))
        rmSync(join(folder, name), { recursive: true, force: true });
    }
    await sleep(500);
    await this.settled();
  }

  async #clear(): Promise<void> {
    const all = await this.client.list("/api/v1/namespaces");
    const ours = all
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith(this.prefix));
    const volumes = (await Promise.all(ours.map((each) => this.#volumes(each)))).flat();
    if (ours.length > 0) await removeNamespaces(this.cluster, ...ours);
    // The next one to take the volume would find the images of another registry.
    for (const folder of volumes)
      for (const name of readdirSync(folder))
        rmSync(join(folder, name), { recursive: true, force: true });
  }

  /** The folders on this machine behind the claims of a namespace. */
  async #volumes(namespace: string): Promise<string[]> {
    const claims = await this.client.list(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`);
    const folders = claims.map(async ({ spec }) => {
      const { volumeName } = spec as { volumeName?: string };
      if (volumeName === undefined) return [];
      const volume = await this.client.get(`/api/v1/persistentvolumes/${volumeName}`);
      const { local, hostPath } = volume?.["spec"] as Record<string, { path?: string } | undefined>;
      const path = local?.path ?? hostPath?.path;
      return path === undefined ? [] : [path];
    });
    return (await Promise.all(folders)).flat();
  }

  async #address(): Promise<string | undefined> {
    const pod = await this.client.get(`/api/v1/namespaces/${this.namespaceOf("zot")}/pods/zot-0`);
    const { podIP } = (pod?.["status"] ?? {}) as { podIP?: string };
    return podIP;
  }
}
