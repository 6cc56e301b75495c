import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { RegistryClient, type Credentials } from "../../../src/registry/client";
import { fakeForgejo } from "../forges";
import { freePort } from "../freePort";
import { ClusterStandIn } from "../standIn/cluster";
import type { KubeObject } from "../standIn/fields";
import { pathOf } from "../standIn/kinds";
import { packed, revisionsOf } from "../standIn/helm";
import { firstWish, stackConfig, type Wish } from "./edits";
import type { FaultName } from "./faults";
import { Project, type EngineRun } from "./project";
import type { SomeCluster } from "./someCluster";
import { Vault } from "./vault";

/** Namespaces that a history touches; in each of them lies something that is somebody else's. */
const namespaces = ["zot", "apps", "batch", "extra", "keys"];
/** Those that were there before. */
const given = ["zot", "keys"];
const gateways = ["private", "gate-0", "gate-1"];

/** A cluster, a forge, archives and a stack: all that a history happens to. */
export class World<C extends SomeCluster = SomeCluster> {
  readonly project: Project;
  readonly forge = fakeForgejo({ token: "token-canary", owners: ["/repos/team/app"] });
  wish: Wish = firstWish;
  /** All that was printed, for what must not be in it. */
  printed = "";
  /** States as they were after each deployment that ended well, newest last. */
  readonly states: string[] = [];
  #forgeServer: Server | undefined;
  #forgePort = 0;
  readonly #archives = new Map<string, string>();

  private constructor(
    readonly folder: string,
    readonly cluster: C,
    readonly vault: Vault,
  ) {
    // An earlier commit shows that a sequence fails before its mend.
    const commit = process.env["ZOT_FLEET_COMMIT"];
    const { replaced, plugins } = cluster;
    const environment = { ...cluster.environment(), ...vault.environment() };
    this.project = new Project(join(folder, "project"), environment, {
      commit,
      replaced,
      plugins,
      key: vault.newKey(),
      built: true,
    });
  }

  static async open<C extends SomeCluster>(folder: string, cluster: C): Promise<World<C>> {
    const vault = new Vault();
    await vault.open();
    const world = new World(folder, cluster, vault);
    await cluster.open();
    await world.openForge();
    await world.setUpAround();
    await world.project.init();
    return world;
  }

  /** Over a stand-in for a cluster. */
  static async overStandIn(folder: string): Promise<World<ClusterStandIn>> {
    return World.open(folder, new ClusterStandIn(join(folder, "cluster")));
  }

  async close(): Promise<void> {
    this.project.close();
    await this.shutForge();
    await this.vault.close();
    await this.cluster.close();
  }

  /** Gateways, and what is somebody else's, where it is not there. */
  async setUpAround(): Promise<void> {
    for (const object of this.#others()) {
      const { client } = this.cluster;
      const { namespace } = object.metadata;
      if (
        namespace !== undefined &&
        (await client.get(`/api/v1/namespaces/${namespace}`)) === undefined
      )
        continue;
      if ((await client.get(pathOf(object))) === undefined)
        await client.apply(object, "somebody", true);
    }
  }

  /** What is not ours, as it is, by path. */
  async theirs(): Promise<Record<string, KubeObject>> {
    const found = this.#others().map(async (object) => {
      const path = pathOf(object);
      const live = await this.cluster.client.get(path);
      return live === undefined ? [] : [[path, live] as const];
    });
    return Object.fromEntries((await Promise.all(found)).flat());
  }

  /** Every Secret in the namespaces that a history touches. */
  async secrets(): Promise<KubeObject[]> {
    const { client } = this.cluster;
    const lists = namespaces.map((each) =>
      client.list(`/api/v1/namespaces/${this.cluster.namespaceOf(each)}/secrets`),
    );
    return (await Promise.all(lists)).flat();
  }

  /** Takes away the logins of which a state of before knows nothing: nobody else will. */
  async removeUndeclared(): Promise<void> {
    const { namespaces: declared, keys } = this.wish;
    const at = (namespace: string, name: string) =>
      `${this.cluster.namespaceOf(namespace)}/${name}`;
    const kept = new Set([
      ...declared.map((each) => at(each, "zot-pull-secret")),
      ...Object.keys(keys).map((name) => at("keys", `zot-${name}`)),
    ]);
    for (const secret of await this.secrets()) {
      const { namespace = "", name } = secret.metadata;
      const isLogin = secret["type"] === "kubernetes.io/dockerconfigjson";
      if (isLogin && !kept.has(`${namespace}/${name}`))
        await this.cluster.client.remove(`/api/v1/namespaces/${namespace}/secrets/${name}`);
    }
  }

  /** What somebody else made. */
  #others(): KubeObject[] {
    const named = (kind: string, name: string, namespace?: string) => ({
      apiVersion: "v1",
      kind,
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace: this.cluster.namespaceOf(namespace) }),
      },
    });
    return [
      ...given.map((name) => named("Namespace", this.cluster.namespaceOf(name))),
      ...namespaces.flatMap((namespace) =>
        ["Secret", "ConfigMap"].map((kind) => ({
          ...named(kind, "somebody-elses", namespace),
          data: { text: "dGhlaXJz" },
        })),
      ),
      ...gateways.map((name) => ({
        ...named("Gateway", name, "zot"),
        apiVersion: "gateway.networking.k8s.io/v1",
        spec: {
          gatewayClassName: "zot-fleet-test",
          listeners: [{ name: "https", port: 443, protocol: "HTTP" }],
        },
      })),
    ];
  }

  async openForge(): Promise<void> {
    if (this.#forgeServer !== undefined) return;
    const server = createServer(this.forge.listener);
    this.#forgePort ||= await freePort();
    server.listen(this.#forgePort, "127.0.0.1");
    await once(server, "listening");
    this.#forgeServer = server;
  }

  async shutForge(): Promise<void> {
    const server = this.#forgeServer;
    this.#forgeServer = undefined;
    server?.close();
    server?.closeAllConnections();
    if (server !== undefined) await once(server, "close");
  }

  /** Writes the stack file as the wish has it, its archives and the lock. */
  async configure(): Promise<void> {
    for (const [repository, { content }] of Object.entries(this.wish.seeds)) {
      const key = `${repository} ${content}`;
      const name = `${repository.replaceAll("/", "-")}-${content}`;
      if (!this.#archives.has(key))
        this.#archives.set(key, await this.project.archive(name, "linux/amd64"));
    }
    const config = stackConfig(this.wish, {
      context: this.cluster.context,
      url: this.cluster.pod.url,
      namespaceOf: (name) => this.cluster.namespaceOf(name),
      chart: (version) => this.cluster.chart(version),
      forge: `http://127.0.0.1:${this.#forgePort}`,
      archiveOf: (repository, content) => this.#archives.get(`${repository} ${content}`) ?? "",
    });
    await this.project.configure(config);
  }

  async deploy(options: { refresh?: boolean; killAfter?: number } = {}): Promise<EngineRun> {
    const run = await this.project.up(options);
    this.printed += run.output;
    await this.cluster.settled();
    if (run.ok) this.states.push(this.project.export());
    return run;
  }

  async preview(refresh = false): Promise<EngineRun> {
    const run = await this.project.preview({ refresh });
    this.printed += run.output;
    return run;
  }

  /** Breaks something. What passes by itself is mended by `mend`. */
  async break(fault: FaultName): Promise<void> {
    const { client, pod } = this.cluster;
    const zot = this.cluster.namespaceOf("zot");
    await this.cluster.settled();
    if (fault === "registry away") await pod.shut();
    if (fault === "forge away") await this.shutForge();
    if (fault === "archive away") this.#moveArchives("images", "images-away");
    if (fault === "Helm left pending") await this.#leavePending();
    if (fault === "StatefulSet deleted")
      await client.remove(`/apis/apps/v1/namespaces/${zot}/statefulsets/zot`);
    if (fault === "Secret deleted")
      await client.remove(`/api/v1/namespaces/${zot}/secrets/zot-secret`);
    if (fault === "claim emptied") await this.cluster.emptyClaim(zot);
    if (fault === "release deleted")
      for (const { secret } of await this.#revisions())
        await client.remove(`/api/v1/namespaces/${zot}/secrets/${secret.metadata.name}`);
    if (fault === "namespace deleted")
      await client.remove(`/api/v1/namespaces/${this.cluster.namespaceOf("apps")}`);
    const [old] = this.states.slice(-2);
    if (fault === "older state" && old !== undefined) await this.project.import(old);
    await this.cluster.settled();
  }

  /** Ends what passes by itself. */
  async mend(): Promise<void> {
    this.#moveArchives("images-away", "images");
    await this.openForge();
    await this.cluster.pod.open();
  }

  #moveArchives(from: string, to: string): void {
    try {
      renameSync(join(this.project.folder, from), join(this.project.folder, to));
    } catch {
      // They are there already.
    }
    mkdirSync(join(this.project.folder, "images"), { recursive: true });
  }

  #revisions() {
    const namespace = this.cluster.namespaceOf("zot");
    return revisionsOf(this.cluster.client, { namespace, name: "zot" });
  }

  /** What a runner leaves that died during Helm's upgrade. */
  async #leavePending(): Promise<void> {
    const last = (await this.#revisions()).at(-1);
    if (last === undefined) return;
    const { release, secret } = last;
    const version = String(last.version + 1);
    const { namespace = "", labels } = secret.metadata;
    const info = { ...release.info, status: "pending-upgrade", description: "Preparing upgrade" };
    const record = {
      apiVersion: "v1",
      kind: "Secret",
      type: "helm.sh/release.v1",
      metadata: {
        name: `sh.helm.release.v1.zot.v${version}`,
        namespace,
        labels: { ...labels, version, status: "pending-upgrade" },
        // Long ago, where that can be said: a deployment waits until whoever began it can be at it no more.
        creationTimestamp: "2026-01-01T00:00:00Z",
      },
      data: { release: packed({ ...release, version: Number(version), info }) },
    };
    await this.cluster.client.apply(record, "pulumi-resource-kubernetes", true);
  }

  /** What a client gets for the manifest of a tag: its status. */
  async pull(credentials: Credentials, repository: string, tag: string): Promise<number> {
    const client = new RegistryClient({ url: this.cluster.pod.url, credentials, retries: 0 });
    try {
      return (await client.request({ method: "GET", path: `/v2/${repository}/manifests/${tag}` }))
        .status;
    } finally {
      await client.close();
    }
  }
}
