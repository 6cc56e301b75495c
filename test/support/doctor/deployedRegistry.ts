import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { RegistryClient, type Credentials } from "../../../src/registry/client";
import { fleet } from "../../cli/fleet";
import { removeNamespaces, type ClusterProject, type TestCluster } from "../clusterProject";
import type { Gateway } from "./gateway";
import { addName, forgetOnNode, removeName, trustOnNode } from "./nodeNames";
import { podIs } from "./pods";
import { pushed } from "./pushes";

export interface RegistryPlan {
  /** Of the stack, and in the names of everything else. */
  name: string;
  /** As `oci.<domain>`. */
  domain: string;
  gateway: Gateway;
  tls: { key: string; cert: string };
  /** More of the stack file. */
  config: Record<string, unknown>;
}

interface Accounts {
  admin: Credentials;
  ci: Credentials;
}

/** Zot's config.json, as far as situations change it. */
interface HandEdited {
  http: { auth: object };
  extensions: { sync?: unknown };
}

/** A registry that this project deployed for a test: on a volume of 64 MiB, behind TLS, under a name that the node knows. */
export class DeployedRegistry {
  readonly namespace: string;
  readonly host: string;
  readonly ca: string;
  /** Where its images lie on this machine, which is the node. */
  readonly volume: string;
  #accounts: Accounts | undefined;
  #address: string | undefined;

  constructor(
    readonly cluster: TestCluster,
    readonly project: ClusterProject,
    readonly plan: RegistryPlan,
  ) {
    this.namespace = `zot-fleet-${plan.name}`;
    this.host = `oci.${plan.domain}`;
    this.ca = plan.tls.cert;
    this.volume = join(project.folder, `volume-${plan.name}`);
  }

  get accounts(): Accounts {
    if (this.#accounts === undefined) throw new Error(`${this.plan.name} was not deployed`);
    return this.#accounts;
  }

  /** Deploys it by one `pulumi up`. */
  async deploy(): Promise<void> {
    await this.#makeVolume();
    const { gateway, tls } = this.plan;
    const backend = () =>
      this.#address === undefined ? undefined : { address: this.#address, port: 5000 };
    gateway.sites.set(this.host, { backend, ...tls });
    addName(this.host, gateway.address);
    trustOnNode(this.host, this.ca);
    await this.project.pulumi(["stack", "init", this.plan.name]);
    await this.up();
  }

  /** Runs `pulumi up` with more or other settings; the gateways accept the route while it runs. */
  async up(change: Record<string, unknown> = {}): Promise<void> {
    const { name, domain, config } = this.plan;
    const { cluster } = this;
    await this.project.configure(name, {
      cluster: { name, context: cluster.context, domain, gateways: ["public"] },
      registry: { namespace: this.namespace, storage: { class: this.namespace } },
      chart: { source: cluster.chart("0.1.122") },
      endpoint: { via: "route", ca: this.ca },
      ...config,
      ...change,
    });
    const state = { over: false };
    const controllers = this.#controllers(state);
    const { code, output } = await this.project.up(name);
    state.over = true;
    await controllers;
    if (code !== 0) throw new Error(output);
    const told = await this.project.pulumi([
      ...["stack", "output", "--show-secrets", "--json", "--stack", name],
    ]);
    const { adminPassword, ci } = JSON.parse(told.output) as {
      adminPassword: string;
      ci: Credentials;
    };
    this.#accounts = { admin: { username: "admin", password: adminPassword }, ci };
  }

  /** What Kubernetes' controllers would do: the gateway accepts the route, and finds the pod wherever it is. */
  async #controllers(state: { over: boolean }): Promise<void> {
    while (!state.over) {
      await this.answerRoute(true).catch(() => undefined);
      await this.findPod();
      await sleep(1000);
    }
  }

  /** Lets the gateway find the registry's pod, or none where none is ready. */
  async findPod(): Promise<void> {
    const path = "{.status.podIP} {.status.conditions[?(@.type=='Ready')].status}";
    const [address, ready] = await this.kubectl("get", "pod", "zot-0", "-o", `jsonpath=${path}`)
      .then((text) => text.split(" "))
      .catch(() => []);
    this.#address = ready === "True" ? address : undefined;
  }

  async answerRoute(accepted: boolean, message = ""): Promise<void> {
    const condition = (type: string, holds: boolean) => ({
      type,
      status: holds ? "True" : "False",
      reason: holds ? type : "NotAllowedByListeners",
      message: holds ? "" : message,
      lastTransitionTime: new Date().toISOString(),
    });
    const answer = {
      controllerName: "test.example/controller",
      parentRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: "public" },
      conditions: [condition("Accepted", accepted), condition("ResolvedRefs", true)],
    };
    const patch = JSON.stringify({ status: { parents: [answer] } });
    const kind = ["httproute", "zot", "--subresource=status", "--type=merge"];
    await this.kubectl("patch", ...kind, "-p", patch);
  }

  /** Pushes by skopeo, and gives what it said where it failed. */
  push(
    source: string,
    image: string,
    who: "admin" | "ci" = "ci",
    args?: string[],
  ): Promise<string> {
    return this.pushAs(this.accounts[who], source, image, args);
  }

  pushAs(
    credentials: Credentials,
    source: string,
    image: string,
    args?: string[],
  ): Promise<string> {
    const target = `${this.host}/${image}`;
    return pushed({ source, target, credentials, ca: this.ca, ...(args && { args }) });
  }

  /** Runs `work` with a client of it, as the admin unless said otherwise. */
  async withClient<T>(
    work: (client: RegistryClient) => Promise<T>,
    who: "admin" | "ci" = "admin",
  ): Promise<T> {
    const address = { url: `https://${this.host}`, ca: this.ca };
    const client = new RegistryClient({ ...address, credentials: this.accounts[who] });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  /** Runs kubectl in the registry's namespace. */
  kubectl(...args: string[]): Promise<string> {
    return this.cluster.kubectl("-n", this.namespace, ...args);
  }

  /** Waits until the registry's pod is ready again, and lets the gateway find it. */
  async ready(): Promise<void> {
    const end = Date.now() + 120_000;
    for (;;) {
      await this.findPod();
      if (this.#address !== undefined) return;
      if (Date.now() > end) throw new Error(`${this.namespace}/zot-0 is not ready`);
      await sleep(250);
    }
  }

  /** Changes Zot's config.json by hand, with a new pod; gives what changes it back. */
  async editConfig(
    change: (config: HandEdited) => object,
    crashes = false,
  ): Promise<() => Promise<void>> {
    const path = "jsonpath={.data.config\\.json}";
    const before = await this.kubectl("get", "configmap", "zot-config", "-o", path);
    const write = async (text: string) => {
      const patch = JSON.stringify({ data: { "config.json": text } });
      await this.kubectl("patch", "configmap", "zot-config", "--type=merge", "-p", patch);
      await this.kubectl("delete", "pod", "zot-0", "--grace-period=5");
    };
    const back = async () => {
      await write(before);
      await this.ready();
    };
    await write(JSON.stringify(change(JSON.parse(before) as HandEdited)));
    const place = { namespace: this.namespace, name: "zot-0" };
    try {
      if (crashes) await podIs(this.cluster, place, /CrashLoopBackOff/);
      else await this.ready();
    } catch (error) {
      await back();
      throw error;
    }
    await this.findPod();
    return back;
  }

  /** Runs a command as it was printed. */
  async shell(command: string): Promise<void> {
    const env = { ...process.env, ...this.project.environment() };
    await promisify(execFile)("sh", ["-c", command], { cwd: this.project.folder, env });
  }

  /** Runs `doctor` as its users do. */
  async doctor(args: readonly string[], input = "") {
    const all = ["doctor", "--stack", this.plan.name, ...args];
    return fleet(all, { cwd: this.project.folder, env: this.project.environment(), input });
  }

  async remove(): Promise<void> {
    const { name } = this.plan;
    await this.project.pulumi(["destroy", "--stack", name, "--yes", "--skip-preview"]);
    await removeNamespaces(this.cluster, this.namespace);
    await this.cluster.kubectl("delete", "pv,storageclass", this.namespace, "--ignore-not-found");
    execFileSync("umount", [this.volume]);
    rmSync(this.volume, { recursive: true });
    removeName(this.host);
    forgetOnNode(this.host);
  }

  /** A volume that can be filled: kubelet's local volumes and claims know no limit of their own. */
  async #makeVolume(): Promise<void> {
    mkdirSync(this.volume);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "zot-fleet-test", this.volume]);
    const name = this.namespace;
    const nodes = await this.cluster.kubectl(
      "get",
      "nodes",
      "-o",
      "jsonpath={.items[*].metadata.name}",
    );
    const hostname = { key: "kubernetes.io/hostname", operator: "In", values: nodes.split(" ") };
    await this.cluster.apply(
      {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name },
        provisioner: "kubernetes.io/no-provisioner",
        volumeBindingMode: "WaitForFirstConsumer",
      },
      {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name },
        spec: {
          capacity: { storage: "20Gi" },
          accessModes: ["ReadWriteOnce"],
          storageClassName: name,
          persistentVolumeReclaimPolicy: "Retain",
          local: { path: this.volume },
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
        },
      },
    );
  }
}
