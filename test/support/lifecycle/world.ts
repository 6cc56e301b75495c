import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { RegistryClient, type Credentials } from "../../../src/oci/client";
import { fakeForgejo } from "../forges";
import { ClusterStandIn } from "../standIn/cluster";
import type { KubeObject } from "../standIn/fields";
import { packed, unpacked } from "../standIn/helm";
import { firstWish, stackConfig, type Wish } from "./edits";
import type { FaultName } from "./faults";
import { Project, type EngineRun } from "./project";

/** Objects that are somebody else's, in every namespace that we touch. */
const strangers = ["zot", "apps", "batch", "extra", "keys"];

/** A cluster, a forge, archives and a stack: all that a history happens to. */
export class World {
  readonly cluster: ClusterStandIn;
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

  private constructor(readonly folder: string) {
    this.cluster = new ClusterStandIn(join(folder, "cluster"));
    // An earlier commit shows that a sequence fails before its mend.
    const commit = process.env["ZOT_FLEET_COMMIT"];
    this.project = new Project(join(folder, "project"), this.cluster.environment(), { commit });
  }

  static async open(folder: string): Promise<World> {
    const world = new World(folder);
    const { cluster, project } = world;
    await cluster.open();
    await world.openForge();
    for (const name of ["zot", "keys"]) cluster.namespace(name);
    world.setUpAround();
    await project.init();
    return world;
  }

  async close(): Promise<void> {
    this.project.close();
    await this.shutForge();
    await this.cluster.close();
  }

  /** Gateways, and what is somebody else's, where it is not there. */
  setUpAround(): void {
    const { api } = this.cluster;
    for (const name of strangers.filter(
      (each) => api.get(`/api/v1/namespaces/${each}`) !== undefined,
    )) {
      const metadata = { name: "somebody-elses", namespace: name };
      for (const kind of ["Secret", "ConfigMap"])
        if (
          api.get(`/api/v1/namespaces/${name}/${kind.toLowerCase()}s/somebody-elses`) === undefined
        )
          api.put({ apiVersion: "v1", kind, metadata, data: { text: "dGhlaXJz" } }, "somebody");
    }
    for (const name of ["private", "gate-0", "gate-1"])
      if (api.get("/api/v1/namespaces/zot") !== undefined)
        api.put(
          {
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "Gateway",
            metadata: { name, namespace: "zot" },
          },
          "somebody",
        );
  }

  /** What is not ours, as it is. */
  theirs(): Record<string, KubeObject> {
    const all = Object.entries(this.cluster.api.all());
    return Object.fromEntries(
      all.filter(([, { metadata }]) =>
        (metadata.managedFields ?? []).some(({ manager }) => manager === "somebody"),
      ),
    );
  }

  async openForge(): Promise<void> {
    if (this.#forgeServer !== undefined) return;
    const server = createServer(this.forge.listener);
    server.listen(this.#forgePort, "127.0.0.1");
    await once(server, "listening");
    this.#forgePort = (server.address() as AddressInfo).port;
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
      forge: `http://127.0.0.1:${this.#forgePort}`,
      archiveOf: (repository, content) => this.#archives.get(`${repository} ${content}`) ?? "",
    });
    await this.project.configure(config);
  }

  async deploy(options: { refresh?: boolean; killAfter?: number } = {}): Promise<EngineRun> {
    const run = await this.project.up(options);
    this.printed += run.output;
    await this.cluster.settled();
    if (run.ok) this.states.push(await this.project.export());
    return run;
  }

  async preview(refresh = false): Promise<EngineRun> {
    const run = await this.project.preview({ refresh });
    this.printed += run.output;
    return run;
  }

  /** Breaks something. What passes by itself is mended by `mend`. */
  async break(fault: FaultName): Promise<void> {
    const { api, pod } = this.cluster;
    const zot = "/api/v1/namespaces/zot";
    await this.cluster.settled();
    if (fault === "registry away") await pod.shut();
    if (fault === "forge away") await this.shutForge();
    if (fault === "archive away") this.#moveArchives("images", "images-away");
    if (fault === "Helm left pending") this.#leavePending();
    if (fault === "StatefulSet deleted")
      api.remove("/apis/apps/v1/namespaces/zot/statefulsets/zot");
    if (fault === "Secret deleted") api.remove(`${zot}/secrets/zot-secret`);
    if (fault === "claim emptied") await this.cluster.emptyClaim("zot");
    if (fault === "release deleted")
      for (const { metadata, kind } of api.under(zot))
        if (kind === "Secret" && metadata.labels?.["owner"] === "helm")
          api.remove(`${zot}/secrets/${metadata.name}`);
    if (fault === "namespace deleted") api.remove("/api/v1/namespaces/apps");
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

  /** What a runner leaves that died during Helm's upgrade. */
  #leavePending(): void {
    const { api } = this.cluster;
    const secrets = api.under("/api/v1/namespaces/zot/secrets/sh.helm.release.v1.zot.v");
    const [last] = secrets.sort(
      (a, b) => Number(b.metadata.labels?.["version"]) - Number(a.metadata.labels?.["version"]),
    );
    if (last === undefined) return;
    const version = String(Number(last.metadata.labels?.["version"]) + 1);
    const labels = {
      ...last.metadata.labels,
      version,
      status: "pending-upgrade",
      modifiedAt: "1700000000",
    };
    const { uid: _, resourceVersion: __, ...own } = last.metadata;
    // Long ago: a deployment waits until whoever began it can be at it no more.
    const metadata = { ...own, creationTimestamp: "2026-01-01T00:00:00Z" };
    const name = `sh.helm.release.v1.zot.v${version}`;
    const release = unpacked(last);
    const info = { ...release.info, status: "pending-upgrade", description: "Preparing upgrade" };
    const data = { release: packed({ ...release, version: Number(version), info }) };
    api.put(
      { ...last, metadata: { ...metadata, name, labels }, data },
      "pulumi-resource-kubernetes",
    );
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
