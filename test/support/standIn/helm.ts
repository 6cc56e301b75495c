import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import type { ApiClient } from "./client";
import type { KubeObject } from "./fields";
import { pathOf } from "./kinds";

/** What a Release asks for, as far as a registry needs it. */
export interface WantedRelease {
  name: string;
  namespace: string;
  chart?: string;
  version?: string;
  description?: string;
  /** Whether an install may take the name of a release that failed. */
  replace?: boolean;
  maxHistory?: number;
  timeout?: number;
  values: {
    image?: { repository?: string; tag?: string };
    configFiles?: Record<string, string>;
    podAnnotations?: Record<string, string>;
    pvc?: { create?: boolean; storage?: string; storageClassName?: string };
    [key: string]: unknown;
  };
}

export interface Revision {
  version: number;
  status: string;
  release: { config: WantedRelease["values"]; manifest: string; info: { first_deployed: string } };
  secret: KubeObject;
}

/** Helm names itself after the program that it is a part of. */
const helmAs = "pulumi-resource-kubernetes";

/** A release as Helm writes it into a Secret: JSON, zipped, in base64, and that as the data of a Secret. */
export const packed = (release: object): string =>
  Buffer.from(gzipSync(JSON.stringify(release)).toString("base64")).toString("base64");

/** The release in a Secret of Helm's. */
function unpacked(secret: KubeObject): Revision["release"] {
  const { release = "" } = (secret["data"] ?? {}) as { release?: string };
  const zipped = Buffer.from(Buffer.from(release, "base64").toString(), "base64");
  return JSON.parse(gunzipSync(zipped).toString()) as Revision["release"];
}

/** The release's revisions as Helm keeps them, oldest first. */
export async function revisionsOf(
  api: ApiClient,
  { namespace, name }: Pick<WantedRelease, "namespace" | "name">,
): Promise<Revision[]> {
  const selector = encodeURIComponent(`name=${name},owner=helm`);
  const secrets = await api.list(
    `/api/v1/namespaces/${namespace}/secrets?labelSelector=${selector}`,
  );
  return secrets
    .map((secret) => {
      const { labels = {} } = secret.metadata;
      return {
        version: Number(labels["version"]),
        status: labels["status"] ?? "",
        release: unpacked(secret),
        secret,
      };
    })
    .sort((a, b) => a.version - b.version);
}

/** Installs or upgrades as Helm does: the new revision is pending until the pod is ready. @returns the deployed revision */
export async function deployRelease(
  api: ApiClient,
  wanted: WantedRelease,
  install: boolean,
): Promise<number> {
  const before = await revisionsOf(api, wanted);
  const last = before.at(-1);
  // pkg/action/install.go, availableName
  const isFree =
    last === undefined ||
    (wanted.replace === true && ["failed", "uninstalled"].includes(last.status));
  if (install && !isFree) throw new Error("cannot re-use a name that is still in use");
  if (!install && last === undefined) throw new Error(`"${wanted.name}" has no deployed releases`);
  if (last?.status.startsWith("pending-") === true)
    throw new Error("another operation (install/upgrade/rollback) is in progress");
  const version = (last?.version ?? 0) + 1;
  const objects = rendered(wanted);
  const record = (status: string, of = version) =>
    api.apply(secretOf(wanted, of, status, objects), helmAs, true);
  await record(install ? "pending-install" : "pending-upgrade");
  await pause();
  for (const object of objects) {
    await api.apply(object, helmAs, true);
    await pause();
  }
  const older = [...before].reverse().filter(({ version: each }) => each < version);
  if (!(await isReady(api, objects, wanted.timeout ?? 300))) {
    await record("failed");
    throw Object.assign(new Error("context deadline exceeded"), { revision: version });
  }
  for (const { secret } of older.slice(Math.max(0, (wanted.maxHistory ?? 10) - 1)))
    await api.remove(pathOf(secret));
  await record("deployed");
  return version;
}

/** Helm's own steps take a while: time to be killed in. */
const pause = async () => {
  await sleep(Number(process.env["ZOT_FLEET_HELM_PAUSE"] ?? 0));
};

export async function uninstall(
  api: ApiClient,
  wanted: Pick<WantedRelease, "namespace" | "name">,
): Promise<void> {
  const revisions = await revisionsOf(api, wanted);
  if (revisions.length === 0) throw new Error("uninstall: Release not loaded: release: not found");
  for (const object of rendered({ ...wanted, values: {} })) await api.remove(pathOf(object));
  for (const { secret } of revisions) await api.remove(pathOf(secret));
}

/** What rolls the pod where it changes. */
export const templateHash = (set: KubeObject): string =>
  createHash("sha256")
    .update(JSON.stringify((set["spec"] as { template?: unknown }).template))
    .digest("hex");

async function isReady(api: ApiClient, objects: KubeObject[], seconds: number): Promise<boolean> {
  const [set] = objects.filter(({ kind }) => kind === "StatefulSet");
  if (set === undefined) return true;
  const most = Math.min(seconds, Number(process.env["ZOT_FLEET_HELM_PATIENCE"] ?? 30));
  for (const end = Date.now() + most * 1000; Date.now() < end;) {
    await sleep(50);
    const live = await api.get(pathOf(set));
    const { readyReplicas, updateRevision } = (live?.["status"] ?? {}) as Record<string, unknown>;
    if (live !== undefined && readyReplicas === 1 && updateRevision === templateHash(live))
      return true;
  }
  return false;
}

/** The chart's objects in their least form. */
export function rendered({ name, namespace, values }: WantedRelease): KubeObject[] {
  const labels = { "app.kubernetes.io/name": "zot", "app.kubernetes.io/instance": name };
  const metadata = (own: string) => ({
    name: own,
    namespace,
    labels: { ...labels, "app.kubernetes.io/managed-by": "Helm" },
    annotations: { "meta.helm.sh/release-name": name, "meta.helm.sh/release-namespace": namespace },
  });
  const { image = {}, configFiles = {}, podAnnotations = {}, pvc = {}, pvc: _, ...rest } = values;
  const config = createHash("sha256").update(JSON.stringify(configFiles)).digest("hex");
  const claim = {
    metadata: { name: `${name}-pvc` },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: pvc.storage } },
      ...(pvc.storageClassName === undefined ? {} : { storageClassName: pvc.storageClassName }),
    },
  };
  const container = {
    name: "zot",
    image: `${image.repository ?? ""}:${image.tag ?? ""}`,
    ports: [{ name: "zot", containerPort: 5000 }],
    env: rest["env"],
    resources: rest["resources"],
    securityContext: rest["securityContext"],
    startupProbe: rest["startupProbe"],
  };
  const volumes = [
    { name: `${name}-config`, configMap: { name: `${name}-config` } },
    { name: `${name}-secret`, secret: { secretName: `${name}-secret` } },
  ];
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata(`${name}-config`),
      data: configFiles,
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: metadata(name),
      spec: { selector: labels, ports: [{ port: 5000, targetPort: "zot" }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: metadata(name),
      spec: {
        serviceName: name,
        replicas: 1,
        selector: { matchLabels: labels },
        ...(pvc.create === true ? { volumeClaimTemplates: [claim] } : {}),
        template: {
          metadata: { labels, annotations: { ...podAnnotations, "checksum/config": config } },
          spec: { containers: [container], volumes, securityContext: rest["podSecurityContext"] },
        },
      },
    },
  ].map((object) => JSON.parse(JSON.stringify(object)) as KubeObject);
}

export function secretOf(
  wanted: WantedRelease,
  version: number,
  status: string,
  objects: KubeObject[],
): KubeObject {
  const { name, namespace, values, description = "" } = wanted;
  const now = new Date().toISOString();
  const release = {
    name,
    namespace,
    version,
    info: { status, first_deployed: now, last_deployed: now, description },
    chart: {
      metadata: { name: "zot", version: wanted.version ?? "0.1.122", appVersion: "v2.1.18" },
    },
    config: values,
    manifest: objects.map((object) => `---\n${JSON.stringify(object)}\n`).join(""),
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `sh.helm.release.v1.${name}.v${version}`,
      namespace,
      labels: {
        name,
        owner: "helm",
        status,
        version: String(version),
        modifiedAt: String(Math.floor(Date.now() / 1000)),
      },
    },
    type: "helm.sh/release.v1",
    data: { release: packed(release) },
  };
}
