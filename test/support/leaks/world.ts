import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { RegistryClient } from "../../../src/registry/client";
import { fakeForgejo } from "../forges";
import { Project, type EngineRun } from "../lifecycle/project";
import { pushImage } from "../push";
import { ClusterStandIn } from "../standIn/cluster";
import type { KubeObject } from "../standIn/fields";
import { RegistryPod } from "../standIn/pod";
import { writeKubeconfig } from "../standIn/wayIn";
import { givenCanaries } from "./canaries";

/** What a process of a run did that can be seen from outside. */
export type Recorded = { pid: number } & (
  | { kind: "start"; file: string; args: string[]; env: string[] }
  | { kind: "write"; path: string; mode?: number; folderMode?: number; data: string }
  | { kind: "crash"; place: string }
);

/** The source's one account, and an image that it holds. */
const reader = "reader";
const sourceImage = { repository: "fleet/team/tool", tag: "1.0" };

/**
 * A project, a cluster, a source, a forge and an environment that hold a canary of every kind of secret, with a home and a folder
 * for temporary files of their own, and a record of what every Node process does.
 */
export class LeakWorld {
  readonly given = givenCanaries();
  readonly cluster: ClusterStandIn;
  readonly project: Project;
  readonly forge = fakeForgejo({
    token: this.given["token of a forge"],
    owners: ["/repos/team/app"],
  });
  readonly source = new RegistryPod("distribution");
  readonly #record: string;
  readonly #environment: Record<string, string>;
  #forgeServer: Server | undefined;
  #forgePort = 0;
  #read = 0;

  constructor(readonly folder: string) {
    for (const name of ["home", "tmp", "cache"]) mkdirSync(join(folder, name), { recursive: true });
    this.cluster = new ClusterStandIn(join(folder, "cluster"));
    this.#record = join(folder, "record.jsonl");
    const somebodyElses = this.given["token of somebody else's in the environment"];
    this.#environment = {
      ...this.cluster.environment(),
      HOME: join(folder, "home"),
      TMPDIR: join(folder, "tmp"),
      XDG_CACHE_HOME: join(folder, "cache"),
      NODE_OPTIONS: `--require ${join(__dirname, "recorder.cjs")}`,
      ZOT_FLEET_RECORD: this.#record,
      AWS_SECRET_ACCESS_KEY: somebodyElses,
      GITHUB_TOKEN: somebodyElses,
    };
    const { passphrase } = this.given;
    const { plugins } = this.cluster;
    this.project = new Project(join(folder, "project"), this.#environment, {
      plugins,
      passphrase,
      built: true,
    });
  }

  static async open(folder: string): Promise<LeakWorld> {
    const world = new LeakWorld(folder);
    await world.#open();
    return world;
  }

  async #open(): Promise<void> {
    const { cluster, forge, given } = this;
    await cluster.open();
    const token = given["token of the kubeconfig"];
    writeKubeconfig(join(cluster.folder, "kubeconfig"), cluster.context, cluster.api.url, {
      token,
    });
    for (const name of ["zot", "keys"]) cluster.namespace(name);
    await this.#openSource();
    const server = createServer(forge.listener);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    this.#forgeServer = server;
    this.#forgePort = (server.address() as AddressInfo).port;
    await this.project.init();
  }

  async #openSource(): Promise<void> {
    const password = this.given["password of a source"];
    await this.source.open();
    const may = { users: [reader], actions: ["read", "create", "update"] };
    const accessControl = { repositories: { "**": { policies: [may], defaultPolicy: [] } } };
    await this.source.start({
      config: { "config.json": JSON.stringify({ http: { accessControl } }) },
      secret: { htpasswd: `${reader}:${hashSync(password, 4)}\n` },
      volume: join(this.folder, "source"),
      version: "2.1.18",
    });
    const credentials = { username: reader, password };
    const client = new RegistryClient({ url: this.source.url, credentials });
    const { repository, tag } = sourceImage;
    await pushImage(client, repository, tag);
    await client.close();
  }

  get forgeUrl(): string {
    return `http://127.0.0.1:${this.#forgePort}`;
  }

  /**
   * A stack that is deployed, with each secret that the stand-in's pod can live with.
   *
   * @param renewal another one renews the API key
   */
  async deployable(renewal = "first"): Promise<Record<string, unknown>> {
    const { given, cluster, forgeUrl } = this;
    return {
      ...this.#named("ottawa"),
      endpoint: { via: "address", url: cluster.pod.url },
      adminPassword: given.adminPassword,
      pullSecrets: [{ namespace: "apps", attach: true }],
      upstreams: [{ name: "upstream.test", url: "http://127.0.0.1:9", username: "ada" }],
      upstreamPasswords: { "upstream.test": given["password of an upstream"] },
      sources: { accra: { url: this.source.url, prefix: "fleet", username: reader } },
      sourcePasswords: { accra: given["password of a source"] },
      seeds: [
        {
          image: "team/app",
          tags: ["v1"],
          archives: { "linux/amd64": await this.project.archive("app", "linux/amd64") },
        },
        { image: "team/tool", tags: [sourceImage.tag], from: "accra" },
      ],
      apiKeys: [
        {
          name: "builds",
          account: "ci",
          renewal,
          deliver: [
            { to: "kubernetes", namespace: "keys", name: "zot-builds" },
            { to: "file", path: "delivered/key.json" },
            {
              to: "forgejo",
              url: forgeUrl,
              repository: "team/app",
              usernameSecret: "ZOT_OTTAWA_USERNAME",
              keySecret: "ZOT_OTTAWA_KEY",
            },
          ],
        },
      ],
      deliveryTokens: { [new URL(forgeUrl).host]: given["token of a forge"] },
      retention: { rules: [{ repositories: "ci/**", keep: [{ pushedWithin: "30d" }] }] },
      registry: { namespace: "zot" },
      chart: { version: "0.1.122" },
    };
  }

  /** Every other secret: it is previewed, and its deployment fails where the stand-in has no such pods. */
  everyOther(): Record<string, unknown> {
    const { given } = this;
    return {
      ...this.#named("lima"),
      adminPassword: given["adminPassword as a line"],
      oidc: { issuer: "https://127.0.0.1:9", clientId: "zot", checkIssuer: false },
      oidcClientSecret: given.oidcClientSecret,
      access: { tier: "read-public" },
      registry: {
        namespace: "other",
        replicas: 2,
        onePusherPerRepository: true,
        storage: { s3: { bucket: "images", region: "x", endpoint: "http://127.0.0.1:9" } },
        redis: { addresses: ["127.0.0.1:9"] },
      },
      s3Credentials: {
        accessKeyId: given["s3Credentials, accessKeyId"],
        secretAccessKey: given["s3Credentials, secretAccessKey"],
      },
      redisPassword: given.redisPassword,
      chart: { version: "0.1.122" },
    };
  }

  #named(name: string) {
    const { context } = this.cluster;
    return { cluster: { name, context, domain: `${name}.test`, gateways: [] } };
  }

  /** Every object of the cluster. */
  objects(): KubeObject[] {
    return Object.values(this.cluster.api.all());
  }

  /** Calls a command in the project, and gives what it told. */
  fleet(
    args: readonly string[],
    { input = "", env = {} }: { input?: string; env?: Record<string, string> } = {},
  ): ReturnType<Project["fleet"]> {
    return this.project.fleetWith(args, { input, env });
  }

  /** Deploys by a provider that fails where it is asked to: `place:how` of recorder.cjs. */
  async upFailing(crash: string): Promise<EngineRun> {
    const failing = { ZOT_FLEET_CRASH: crash, ZOT_FLEET_CRASH_IN: "keptDynamicProvider" };
    this.project.close();
    Object.assign(this.#environment, failing);
    try {
      return await this.project.up();
    } finally {
      this.project.close();
      for (const name of Object.keys(failing)) Reflect.deleteProperty(this.#environment, name);
    }
  }

  /** From now on the forge does not answer. */
  async shutForge(): Promise<void> {
    const server = this.#forgeServer;
    server?.close();
    server?.closeAllConnections();
    if (server?.listening === true) await once(server, "close");
  }

  /** What was recorded since this was last asked. */
  recorded(): Recorded[] {
    if (!existsSync(this.#record)) return [];
    const lines = readFileSync(this.#record, "utf8").trimEnd().split("\n");
    const from = this.#read;
    this.#read = lines.length;
    return lines.slice(from).map((line) => JSON.parse(line) as Recorded);
  }

  async close(): Promise<void> {
    this.project.close();
    await this.source.shut();
    await this.source.stop();
    await this.shutForge();
    await this.cluster.close();
  }
}
