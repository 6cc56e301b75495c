import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { SomeCluster } from "../lifecycle/someCluster";
import { ApiServer } from "./api";
import { ApiClient } from "./client";
import { pathOf, type SetSpec } from "./kinds";
import type { KubeObject } from "./fields";
import { templateHash } from "./helm";
import { RegistryPod } from "./pod";
import { podOf } from "./podOf";
import { writeKubeconfig } from "./wayIn";

/**
 * A cluster in its least form, in a folder: an API server over a JSON store, the controllers that a registry needs, and its pod as a
 * real process. `environment` makes Pulumi's engine and this project's code use it, and no other.
 */
export class ClusterStandIn implements SomeCluster {
  readonly context: string;
  readonly pod: RegistryPod;
  readonly api: ApiServer;
  readonly replaced = [];
  /** Whether the gateways' controller tells a route's status once for each listener, with its name, as haproxy-ingress does. */
  byListener = false;
  /** What the registry's pod was last started with; starting again with the same is a restart by hand. */
  #running: string | undefined;
  /** What it last failed to start with: the same is tried again after a while, and nobody who waits for `settled` waits for that. */
  #failed: string | undefined;
  #backOff: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(
    readonly folder: string,
    { context = "stand-in", registry }: { context?: string; registry?: RegistryPod["kind"] } = {},
  ) {
    this.context = context;
    this.pod = new RegistryPod(registry);
    mkdirSync(folder, { recursive: true });
    this.api = new ApiServer(join(folder, "objects.json"));
    this.api.log = () => this.pod.log;
    this.api.changed = (path) => {
      this.#follow(path);
    };
  }

  /** @param uid of `kube-system`, by which a stack knows its cluster. @default any */
  async open(uid?: string): Promise<void> {
    await this.api.listen();
    await this.pod.open();
    if (this.api.get("/api/v1/namespaces/kube-system") === undefined) {
      this.namespace("kube-system", uid);
      this.namespace("default");
      this.api.put({
        apiVersion: "v1",
        kind: "Node",
        metadata: { name: "node-1" },
        status: { nodeInfo: { architecture: "amd64", operatingSystem: "linux" } },
      });
    }
    writeKubeconfig(join(this.folder, "kubeconfig"), this.context, this.api.url);
  }

  async close(): Promise<void> {
    await this.settled();
    clearTimeout(this.#backOff);
    await this.pod.shut();
    await this.pod.stop();
    await this.api.close();
  }

  get client(): ApiClient {
    return new ApiClient(this.api.url);
  }

  namespaceOf(name: string): string {
    return name;
  }

  chart(version: string): Record<string, unknown> {
    return { version };
  }

  /** What is to stand in the environment of the engine, and of what reads the cluster here. */
  environment(): Record<string, string> {
    return { KUBECONFIG: join(this.folder, "kubeconfig") };
  }

  /** What the engine starts as the plugins of the cluster: the provider's stand-in. */
  get plugins(): Record<string, string[]> {
    const args = ["--require", require.resolve("tsx/cjs"), join(__dirname, "provider.ts")];
    return { kubernetes: args, command: args };
  }

  namespace(name: string, uid?: string): void {
    const metadata = { name, ...(uid === undefined ? {} : { uid }) };
    this.api.put({ apiVersion: "v1", kind: "Namespace", metadata, status: { phase: "Active" } });
  }

  /** Waits until the controllers have done what there was to do. */
  async settled(): Promise<void> {
    let work: Promise<void> | undefined;
    while (work !== this.#work) {
      work = this.#work;
      await work;
    }
  }

  /** Empties the volume of a claim, as a person would in its pod. */
  async emptyClaim(namespace: string): Promise<void> {
    await this.settled();
    const claim = this.api.get(
      `/api/v1/namespaces/${namespace}/persistentvolumeclaims/zot-pvc-zot-0`,
    );
    await this.pod.stop();
    rmSync(this.#volume(claim), { recursive: true, force: true });
    this.#running = undefined;
    this.#failed = undefined;
    this.#follow("");
    await this.settled();
  }

  /** The folder of the registry's volume. */
  volume(): string {
    const [claim] = this.api
      .under("/api/v1/")
      .filter(({ metadata }) => metadata.name === "zot-pvc-zot-0");
    return this.#volume(claim);
  }

  #volume(claim: KubeObject | undefined): string {
    return join(this.folder, "volumes", claim?.metadata.uid ?? "none");
  }

  /** What the controllers of a cluster do after a change. */
  #follow(path: string): void {
    const object = this.api.get(path);
    const set = (status: Record<string, unknown>) => {
      if (object !== undefined && JSON.stringify(object["status"]) !== JSON.stringify(status))
        this.api.put({ ...object, status });
    };
    if (object?.kind === "Namespace") {
      set({ phase: "Active" });
      const metadata = { name: "default", namespace: object.metadata.name };
      const account: KubeObject = { apiVersion: "v1", kind: "ServiceAccount", metadata };
      if (this.api.get(pathOf(account)) === undefined)
        this.api.put(account, "kube-controller-manager");
    }
    if (object?.kind === "PersistentVolumeClaim") {
      const { resources } = object["spec"] as { resources: { requests: { storage: string } } };
      set({ phase: "Bound", capacity: { storage: resources.requests.storage } });
    }
    if (object?.kind === "HTTPRoute") {
      const { parentRefs } = object["spec"] as {
        parentRefs: { name: string; namespace?: string }[];
      };
      const conditions = ["Accepted", "ResolvedRefs"].map((type) => ({ type, status: "True" }));
      const known = parentRefs.filter(
        ({ name, namespace = object.metadata.namespace ?? "" }) =>
          this.api.get(
            `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/gateways/${name}`,
          ) !== undefined,
      );
      set({
        parents: known.map((parentRef) => ({
          parentRef: this.byListener ? { ...parentRef, sectionName: "https" } : parentRef,
          conditions,
        })),
      });
    }
    if (path === "" || /statefulsets|pods|secrets|persistentvolumeclaims/.test(path))
      this.#work = this.#work.then(() => this.#reconcile());
  }

  /** The StatefulSet's controller and the kubelet. */
  async #reconcile(): Promise<void> {
    const set = this.api
      .under("/apis/apps/v1/")
      .find(({ kind, metadata }) => kind === "StatefulSet" && metadata.name === "zot");
    const namespace = set?.metadata.namespace ?? "";
    const [pod] = this.api
      .under("/api/v1/")
      .filter(({ kind, metadata }) => kind === "Pod" && metadata.name === "zot-0");
    if (set === undefined) {
      this.#running = undefined;
      await this.pod.stop();
      if (pod !== undefined) this.api.remove(pathOf(pod));
      return;
    }
    const { template, volumeClaimTemplates = [] } = set["spec"] as SetSpec;
    const at = `/api/v1/namespaces/${namespace}`;
    for (const { metadata, spec } of volumeClaimTemplates) {
      const claim: KubeObject = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: `${metadata.name}-zot-0`, namespace },
        spec,
      };
      if (this.api.get(pathOf(claim)) === undefined) this.api.put(claim, "kube-controller-manager");
    }
    const claim = this.api.get(`${at}/persistentvolumeclaims/zot-pvc-zot-0`);
    const wanted = templateHash(set);
    const running = `${wanted} ${claim?.metadata.uid ?? ""}`;
    const data = this.api.get(`${at}/secrets/zot-secret`)?.["data"] as
      Record<string, string> | undefined;
    const config = this.api.get(`${at}/configmaps/zot-config`)?.["data"] as
      Record<string, string> | undefined;
    const given = JSON.stringify([running, data, config]);
    if (pod !== undefined && (this.#running === running || this.#failed === given)) return;
    await this.pod.stop();
    if (pod !== undefined) this.api.remove(pathOf(pod));
    this.#running = undefined;
    const problem =
      data === undefined
        ? "CreateContainerConfigError"
        : await this.#start(config ?? {}, data, claim, template);
    if (problem === undefined) this.#running = running;
    else this.#tryAgain(given);
    this.api.put(podOf(namespace, template, problem), "kubelet");
    const live = this.api.get(pathOf(set));
    if (live !== undefined)
      this.api.put(
        {
          ...live,
          status: {
            replicas: 1,
            readyReplicas: problem === undefined ? 1 : 0,
            updateRevision: wanted,
            currentRevision: wanted,
          },
        },
        "kube-controller-manager",
      );
  }

  #tryAgain(given: string): void {
    this.#failed = given;
    clearTimeout(this.#backOff);
    this.#backOff = setTimeout(() => {
      this.#failed = undefined;
      this.#follow("");
    }, 5000).unref();
  }

  async #start(
    config: Record<string, string>,
    data: Record<string, string>,
    claim: KubeObject | undefined,
    { spec }: SetSpec["template"],
  ): Promise<string | undefined> {
    const secret = Object.fromEntries(
      Object.entries(data).map(([name, text]) => [name, Buffer.from(text, "base64").toString()]),
    );
    const version = /:v([\d.]+)/.exec(spec.containers[0]?.image ?? "")?.[1] ?? "2.1.18";
    try {
      await this.pod.start({ config, secret, volume: this.#volume(claim), version });
      return undefined;
    } catch {
      return "CrashLoopBackOff";
    }
  }
}
