import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import { encodedContent, type RecordSecret } from "../../src/cluster/helmRecords";
import { KubernetesError, type ObjectName } from "../../src/cluster/kubernetes";
import type { RepairTools } from "../../src/resources/deployments/releaseRepair";

export const namespace = "registry";

/** A revision as Helm keeps it. */
export interface Revision {
  revision: number;
  status: string;
  /** @default 10:00 of the test's day */
  begun?: string;
  /** @default the provider */
  writer?: string;
  /** @default of ours */
  values?: object;
  manifest?: string;
}

const ourValues = {
  podAnnotations: { "zot-fleet/restarts-when-secret-changes": "a".repeat(64) },
};

export async function recordOf(revision: Revision): Promise<RecordSecret> {
  const { revision: version, status, writer = "pulumi-kubernetes", manifest = "" } = revision;
  const { begun = "2026-06-01T10:00:00Z", values = ourValues } = revision;
  const content = {
    name: "zot",
    version,
    info: { status },
    chart: { metadata: { name: "zot", version: "0.1.122" } },
    config: values,
    manifest,
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "helm.sh/release.v1",
    metadata: {
      name: `sh.helm.release.v1.zot.v${version}`,
      namespace,
      uid: `uid-of-v${version}`,
      labels: { owner: "helm", name: "zot", status, version: String(version) },
      creationTimestamp: new Date(begun),
      managedFields: [{ manager: writer, fieldsV1: { "f:data": {} } }],
    },
    data: { release: await encodedContent(content) },
  };
}

/** A cluster of objects in memory, with a clock that only sleeping moves; `written` says what was done to it. */
export class MemoryCluster implements RepairTools {
  readonly objects: KubernetesObject[];
  readonly written: string[] = [];
  /** Called at every sleep. */
  onSleep: () => void = () => undefined;
  #now: number;

  constructor(objects: readonly KubernetesObject[], now = "2026-06-01T12:00:00Z") {
    this.objects = [...objects];
    this.#now = Date.parse(now);
  }

  readonly now = () => Promise.resolve(this.#now);

  readonly sleep = async (milliseconds: number) => {
    this.#now += milliseconds;
    this.onSleep();
    await sleep(0);
  };

  readonly reader = {
    read: <T>(name: ObjectName) =>
      Promise.resolve(this.find(name.kind, name.name) as (KubernetesObject & T) | undefined),
    list: <T>({ kind }: Omit<ObjectName, "name">, labels: Readonly<Record<string, string>> = {}) =>
      Promise.resolve(
        this.objects.filter(
          (each) =>
            each.kind === kind &&
            Object.entries(labels).every(([key, value]) => each.metadata?.labels?.[key] === value),
        ) as (KubernetesObject & T)[],
      ),
  };

  readonly writer = {
    apply: () => Promise.reject(new Error("nothing is applied here")),
    create: (object: KubernetesObject) => {
      this.objects.push(object);
      return this.#wrote("create", object);
    },
    replace: (object: KubernetesObject) => {
      this.#remove(object);
      this.objects.push(object);
      return this.#wrote("replace", object);
    },
    patch: (object: KubernetesObject) => {
      if (this.find(object.kind, object.metadata?.name) === undefined)
        return Promise.reject(new KubernetesError("the cluster answers 404", 404));
      return this.#wrote(`patch ${JSON.stringify(specOf(object))}`, object);
    },
    remove: (object: KubernetesObject) => {
      this.#remove(object);
      return this.#wrote("remove", object);
    },
  };

  find(kind: string | undefined, name: string | undefined): KubernetesObject | undefined {
    return this.objects.find((each) => each.kind === kind && each.metadata?.name === name);
  }

  forget(kind: string, name: string): void {
    const found = this.find(kind, name);
    if (found !== undefined) this.#remove(found);
  }

  #remove({ kind, metadata }: KubernetesObject): void {
    const at = this.objects.findIndex(
      (each) => each.kind === kind && each.metadata?.name === metadata?.name,
    );
    if (at >= 0) this.objects.splice(at, 1);
  }

  #wrote(what: string, { kind, metadata }: KubernetesObject): Promise<void> {
    this.written.push(`${what} ${kind ?? "?"} ${metadata?.name ?? "?"}`);
    return Promise.resolve();
  }
}

const specOf = (object: KubernetesObject) => ("spec" in object ? object.spec : {});
