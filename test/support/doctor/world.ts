import { createServer, type Server } from "node:http";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "mocha";
import type { Credentials } from "../../../src/registry/client";
import { selfSigned } from "../certificates";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../clusterProject";
import { heldCredentials } from "../pollAndPull";
import { SecretSearch } from "../secretSearch";
import { skipBecause, skipWithout } from "../skip";
import { closeAll, type Undo } from "../undo";
import { DeployedRegistry } from "./deployedRegistry";
import { startGateway, type Gateway } from "./gateway";
import { cannotPullWords, makePod, podIs, type PodPlan } from "./pods";
import { writeWaitingArchive } from "./waitingImage";

/** Where pods live: `team` has the pull secret attached, `bare` has nothing. */
const namespaces = {
  team: "zot-fleet-doctor-team",
  bare: "zot-fleet-doctor-bare",
} as const;

/** A cluster with two registries of this project: one to break, one to stay healthy. */
export class World {
  readonly namespaces = namespaces;
  readonly #undo: Undo[];
  readonly #secrets = new Set<string>();

  private constructor(
    readonly cluster: TestCluster,
    readonly gateway: Gateway,
    /** The registry that is broken. */
    readonly registry: DeployedRegistry,
    /** The one that nobody touches. */
    readonly beside: DeployedRegistry,
    /** Docker-archives by name. */
    readonly archives: Readonly<
      Record<"app" | "other" | "arm" | "large" | "larger" | "slow", string>
    >,
    undo: Undo[],
  ) {
    this.#undo = undo;
  }

  /** Makes it, or skips by name where something is missing. */
  static async open(context: Context): Promise<World> {
    const cluster = await needsCluster(context, "0.1.122");
    skipWithout("openssl", context);
    if (process.getuid?.() !== 0)
      skipBecause("only root may name registries to the cluster's node", context);
    const node = await nodeHere(cluster);
    if (node === undefined) skipBecause("the cluster's one node is not this machine", context);
    const undo: Undo[] = [];
    try {
      return await this.#made(cluster, node, undo);
    } catch (error) {
      await closeAll(undo);
      throw error;
    }
  }

  static async #made(cluster: TestCluster, node: string, undo: Undo[]): Promise<World> {
    const project = new ClusterProject();
    undo.push(() => {
      project.remove();
      return Promise.resolve();
    });
    const archives = {
      app: join(project.folder, "app.tar"),
      other: join(project.folder, "other.tar"),
      arm: join(project.folder, "arm.tar"),
      large: join(project.folder, "large.tar"),
      larger: join(project.folder, "larger.tar"),
      slow: join(project.folder, "slow.tar"),
    };
    await writeWaitingArchive(archives.app, { text: "app" });
    await writeWaitingArchive(archives.other, { text: "other" });
    await writeWaitingArchive(archives.arm, { platform: "linux/arm64" });
    // Each is pushed once: a registry takes a blob that it has from where it is.
    for (const path of [archives.large, archives.larger, archives.slow])
      await writeWaitingArchive(path, { sizeBytes: 8 << 20 });
    const upstream = await startUpstream(node);
    undo.push(() => Promise.resolve(upstream.close()));
    const { port } = upstream.address() as AddressInfo;
    const gateway = await startGateway();
    undo.push(() => gateway.stop());
    const places = Object.values(namespaces);
    await removeNamespaces(cluster, ...places);
    for (const place of places) await cluster.kubectl("create", "namespace", place);
    undo.push(() => removeNamespaces(cluster, ...places));
    const upstreams = [
      { name: "upstream.test", url: `http://${node}:${port}`, retries: 0, retryDelay: "1s" },
    ];
    const plan = (name: string, config: Record<string, unknown>) => {
      const domain = `${name}.test`;
      const tls = selfSigned([`DNS:oci.${domain}`]);
      return new DeployedRegistry(cluster, project, { name, domain, gateway, tls, config });
    };
    const pullSecrets = [{ namespace: namespaces.team, attach: true }];
    const registry = plan("doctor", { pullSecrets, upstreams });
    const beside = plan("beside", {});
    for (const each of [registry, beside]) undo.push(() => each.remove());
    await Promise.all([registry.deploy(), beside.deploy()]);
    const world = new World(cluster, gateway, registry, beside, archives, undo);
    for (const each of [registry, beside]) {
      for (const tag of ["v1", "v1.1"]) await world.pushed(each, archives.app, `shop/web:${tag}`);
      await world.pushed(each, archives.app, "shop/worker:v1");
    }
    await world.running({ name: "fine", image: `${registry.host}/shop/web:v1` });
    return world;
  }

  /** Pushes what must get there. */
  async pushed(
    ...[registry, ...push]: [DeployedRegistry, ...Parameters<DeployedRegistry["push"]>]
  ) {
    const words = await registry.push(...push);
    if (words !== "") throw new Error(words);
  }

  /** Makes a pod that runs; in `team` unless said otherwise. */
  async running(plan: Omit<PodPlan, "namespace"> & { namespace?: string }): Promise<string> {
    return this.pod(plan, /"running"/);
  }

  /** Makes a pod that cannot pull; in `team` unless said otherwise. */
  async failing(plan: Omit<PodPlan, "namespace"> & { namespace?: string }): Promise<string> {
    return this.pod(plan, cannotPullWords);
  }

  /** Makes a pod, waits until its container's state reads like `wanted`, and gives its `namespace/name`. */
  async pod(
    plan: Omit<PodPlan, "namespace"> & { namespace?: string },
    wanted: RegExp,
  ): Promise<string> {
    const whole = { namespace: namespaces.team, ...plan };
    await makePod(this.cluster, whole);
    await podIs(this.cluster, whole, wanted);
    return `${whole.namespace}/${whole.name}`;
  }

  /** What the pull secret of `team` holds. */
  puller(): Promise<Credentials> {
    return heldCredentials(this.cluster.context, namespaces.team, this.registry.host);
  }

  /** An API key of ci's that has just ended. */
  async endedKey(): Promise<string> {
    const expirationDate = new Date(Date.now() + 2000).toISOString();
    const key = await this.registry.withClient(async (client) => {
      const asked = { label: "short", expirationDate };
      const { status, body } = await client.request({
        method: "POST",
        path: "/zot/auth/apikey",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(asked),
      });
      if (status !== 201) throw new Error(`no key was made: ${status}`);
      return (JSON.parse(body.toString("utf8")) as { apiKey: string }).apiKey;
    }, "ci");
    await sleep(2500);
    this.#secrets.add(key);
    return key;
  }

  /** Lets whatever goes to the registries go slowly; gives what ends that. */
  slowLine(bytesPerSecond = 1 << 20): () => void {
    const { sites } = this.gateway;
    const before = [...sites];
    for (const [host, site] of before) sites.set(host, { ...site, bytesPerSecond });
    return () => {
      for (const [host, site] of before) sites.set(host, site);
    };
  }

  /** Looks for every credential so far: none may be told. */
  async secrets(): Promise<SecretSearch> {
    for (const { accounts } of [this.registry, this.beside])
      for (const { password } of [accounts.admin, accounts.ci]) this.#secrets.add(password);
    this.#secrets.add((await this.puller()).password);
    return SecretSearch.of(this.#secrets);
  }

  /** Removes the pods that situations made, and what else they put into `bare`. */
  async clean(): Promise<void> {
    const now = ["--ignore-not-found", "--grace-period=0", "--force"];
    const { kubectl } = this.cluster;
    const named = await kubectl("-n", namespaces.team, "get", "pods", "-o", "name");
    const made = named.split("\n").filter((name) => name !== "" && name !== "pod/fine");
    if (made.length > 0) await kubectl("-n", namespaces.team, "delete", ...made, ...now);
    await kubectl("-n", namespaces.bare, "delete", "pod,secret", "--all", ...now);
  }

  async close(): Promise<void> {
    await closeAll(this.#undo);
  }
}

/** The node's address, where the node is this machine. */
async function nodeHere({ kubectl }: TestCluster): Promise<string | undefined> {
  const path = "jsonpath={.items[*].status.addresses[?(@.type=='InternalIP')].address}";
  const nodes = await kubectl("get", "nodes", "-o", path);
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return own.some(({ address }) => address === nodes) ? nodes : undefined;
}

/** A registry elsewhere that gives nothing: 401 for what lies under `secret/`, otherwise 429. */
async function startUpstream(address: string): Promise<Server> {
  const server = createServer(({ url = "" }, answer) => {
    const secret = url.includes("/secret/");
    if (secret) answer.setHeader("www-authenticate", 'Basic realm="upstream"');
    const code = secret ? "UNAUTHORIZED" : "TOOMANYREQUESTS";
    const message = secret ? "authentication required" : "You have reached your pull rate limit.";
    answer.writeHead(secret ? 401 : 429, { "content-type": "application/json" });
    answer.end(JSON.stringify({ errors: [{ code, message }] }));
  });
  server.listen(0, address);
  await once(server, "listening");
  return server;
}
