import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "mocha";
import { readMonitoringKinds } from "../../src/facts/monitoringKinds";
import { selfSigned } from "./certificates";
import type { TestCluster } from "./clusterProject";
import { anySecret, type RawStack } from "./exampleStacks";
import { makeVolume, removeVolume } from "./makeVolume";
import { needsNode } from "./needsNode";
import { startObjectStore } from "./objectStore";
import { ownAddress, startIssuer } from "./oidc/issuer";
import { startRedis } from "./redis";
import { skipBecause, skipWithout } from "./skip";
import type { Undo } from "./undo";

/** Where an example is deployed. */
export interface Place {
  cluster: TestCluster;
  /** The project's folder. */
  folder: string;
  /** What ends what was begun for it. */
  undo: Undo[];
  /** The test, for what is missing. */
  context: Context;
}

/** Makes what an example needs in a cluster, and gives the lines that are others there; skips where something is missing. */
type Prepare = (raw: RawStack, place: Place) => Promise<RawStack>;

/** What a stack file says at a key. */
const at = (raw: RawStack, key: string) => (raw[key] ?? {}) as Record<string, unknown>;

/**
 * The lines of every example that are others on a test's cluster: its name in the kubeconfig, the chart, which lies in a folder here,
 * and the way there, since nobody serves the domain's names.
 */
export function replacedEverywhere(raw: RawStack, { context, chart }: TestCluster): RawStack {
  const { version = "0.1.122", source } = at(raw, "chart") as Record<string, string>;
  return {
    ...raw,
    cluster: { ...at(raw, "cluster"), context },
    chart: { ...at(raw, "chart"), source: source ?? chart(version) },
    endpoint: { via: "port-forward" },
  };
}

/** Sign-in: the issuer is one that runs here. */
const accra: Prepare = async (raw, { undo, context }) => {
  const address = ownAddress() ?? skipBecause("this machine has no address of its own", context);
  const tls = selfSigned([`IP:${address}`]);
  const callback = "https://oci.accra.killinit.cc/zot/auth/callback/oidc";
  const clients = [{ id: "zot", secret: anySecret, callback }];
  const issuer = await startIssuer({ tls, address, clients, people: {} });
  undo.push(() => issuer.stop());
  return { ...raw, oidc: { ...at(raw, "oidc"), issuer: issuer.url, ca: tls.cert } };
};

/** Its chart and its storage class are made; Zot's image is the one that the node has, by its usual name. */
const nairobi: Prepare = async (raw, { cluster, folder, undo, context }) => {
  await needsNode(cluster, context);
  cpSync(cluster.chart("0.1.122"), join(folder, "vendor/charts/zot"), { recursive: true });
  const { image: _, ...registry } = at(raw, "registry");
  const { size, class: name } = registry["storage"] as { size: string; class: string };
  const path = mkdtempSync(join(tmpdir(), "zot-fleet-volume-"));
  chmodSync(path, 0o777);
  undo.push(async () => {
    await removeVolume(cluster, name);
    rmSync(path, { recursive: true });
  });
  await makeVolume(cluster, { name, size, path });
  return { ...raw, registry };
};

/** The bucket and the Redis are some that run here; the kinds of Prometheus' operator are applied. */
const toronto: Prepare = async (raw, { cluster, undo, context }) => {
  for (const tool of ["versitygw", "redis-server"]) skipWithout(tool, context);
  const node = await needsNode(cluster, context);
  await useMonitoringKinds(cluster, undo, context);
  const store = await startObjectStore(node);
  undo.push(() => store.service.remove());
  const redis = await startRedis(node);
  undo.push(() => redis.service.remove());
  const registry = at(raw, "registry");
  const { s3 } = registry["storage"] as { s3: object };
  const { bucket, region } = store;
  const endpoint = `http://${node}:${store.port}`;
  return {
    ...raw,
    registry: {
      ...registry,
      storage: { s3: { ...s3, bucket, region, endpoint } },
      redis: { addresses: [`${node}:${redis.port}`] },
    },
    redisPassword: redis.password,
    s3Credentials: store.credentials,
  };
};

/** `ZOT_FLEET_OPERATOR_CRDS` names a folder with the definitions of ServiceMonitor and PrometheusRule, for a cluster without them. */
async function useMonitoringKinds(
  { context: name, kubectl }: TestCluster,
  undo: Undo[],
  context: Context,
): Promise<void> {
  if ((await readMonitoringKinds(name)).length > 0) return;
  const folder =
    process.env["ZOT_FLEET_OPERATOR_CRDS"] ??
    skipBecause("ZOT_FLEET_OPERATOR_CRDS names no folder with CRDs", context);
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  for (const file of files) {
    undo.push(() => kubectl("delete", "-f", join(folder, file), "--ignore-not-found", "--wait"));
    await kubectl("apply", "--server-side", "-f", join(folder, file));
  }
}

/** What single examples need besides, by the stack's name. */
export const preparations: Readonly<Record<string, Prepare>> = { accra, nairobi, toronto };
