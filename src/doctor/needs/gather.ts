import { existsSync } from "node:fs";
import type { X509Certificate } from "node:crypto";
import { KubernetesError, kubernetesReader, type KubernetesReader } from "../../cluster/kubernetes";
import { registryHost } from "../../config/cluster";
import { readLackingRights } from "../../facts/accessReviews";
import { readApiServer } from "../../facts/apiServer";
import { readCertificate } from "../../facts/certificate";
import { readChartSource } from "../../facts/chartSource";
import { readStorageClasses } from "../../facts/clusterOffer";
import { readHelmRelease } from "../../facts/helmRelease";
import { readGateway, type NamedGateway, type OfferedRoute } from "../../facts/offeredGateway";
import { shakeHands } from "../../facts/handshake";
import { readHostAddresses } from "../../facts/hostAddresses";
import { neededRights } from "./rights";
import type {
  ClusterSight,
  Declared,
  HandshakeFacts,
  ListenerCertificate,
  Seen,
  Situation,
} from "./situation";

/** What lies outside this machine: the cluster, the chart's source, and the way to the host name. */
export type Outside = Pick<Situation, "chart" | "api" | "cluster" | "host" | "handshake">;

/** Looks outside, as far as a stack file says where. */
export async function lookOutside(declared: Declared | undefined): Promise<Outside> {
  if (declared === undefined) {
    const seen = { unseen: "the stack file cannot be read" };
    return { chart: seen, api: seen, cluster: seen, host: seen, handshake: seen };
  }
  const [chart, around, way] = await Promise.all([
    readChartSource(declared.chart),
    lookAtCluster(declared),
    lookAtWay(declared),
  ]);
  return { chart: { found: chart }, ...around, ...way };
}

async function lookAtCluster(declared: Declared): Promise<Pick<Outside, "api" | "cluster">> {
  const { context } = declared.cluster;
  const api = await readApiServer(context);
  if (api.version === undefined) {
    const why = api.noContext === undefined ? "the API server does not answer" : "no such context";
    return { api: { found: api }, cluster: { unseen: why } };
  }
  const reader = await kubernetesReader(context);
  const host = registryHost(declared.cluster);
  const { namespace } = declared.registry;
  const labels = await seen(() =>
    reader
      .read({ apiVersion: "v1", kind: "Namespace", name: namespace })
      .then((found) => found?.metadata?.labels),
  );
  const route = { host, namespace, labels: "found" in labels ? labels.found : undefined };
  const [lacking, storageClasses, release, gateways] = await Promise.all([
    seen(() => lackingRights(declared)),
    readStorageClasses(reader),
    seen(() => readHelmRelease(reader, namespace)),
    Promise.all(declared.cluster.gateways.map((each) => lookAtGateway(reader, each, route))),
  ]);
  const certificates = await Promise.all(
    declared.cluster.gateways.map(({ section }, at) =>
      certificatesOf(reader, gateways[at], section, host),
    ),
  );
  const found: ClusterSight = {
    lacking,
    storageClasses,
    release,
    gateways,
    certificates: certificates.flat(),
  };
  return { api: { found: api }, cluster: { found } };
}

async function lackingRights(declared: Declared) {
  const { preview, up } = neededRights(declared);
  const { context } = declared.cluster;
  // What a preview uses an `up` uses as well.
  const lacking = await readLackingRights(context, up);
  const name = (right: object) => JSON.stringify(right);
  const previewed = new Set(preview.map(name));
  return { preview: lacking.filter((right) => previewed.has(name(right))), up: lacking };
}

const lookAtGateway = (
  reader: KubernetesReader,
  { name, namespace }: Declared["cluster"]["gateways"][number],
  route: OfferedRoute,
) => seen(() => readGateway(reader, { name, namespace: namespace ?? route.namespace }, route));

/** Certificates of the listeners that would serve the route. */
async function certificatesOf(
  reader: KubernetesReader,
  sight: Seen<NamedGateway | undefined> | undefined,
  section: string | undefined,
  host: string,
): Promise<ListenerCertificate[]> {
  if (sight === undefined || "unseen" in sight || sight.found === undefined) return [];
  const gateway = sight.found;
  const serving = gateway.listeners.filter(
    ({ name, protocol, problem }) =>
      protocol === "HTTPS" && problem === undefined && (section === undefined || name === section),
  );
  const all = serving.flatMap(({ name: listener }) =>
    (gateway.certificates.get(listener) ?? []).map(async (secret) => ({
      gateway: `${gateway.namespace}/${gateway.name}`,
      listener,
      certificate: await seen(() =>
        readCertificate(reader, secret).then((found) => found && toldOf(found, host)),
      ),
    })),
  );
  return Promise.all(all);
}

const toldOf = (certificate: X509Certificate, host: string) => ({
  covers: certificate.checkHost(host) !== undefined,
  names: certificate.subjectAltName ?? certificate.subject,
  expired: Date.parse(certificate.validTo) < Date.now(),
});

async function lookAtWay(declared: Declared): Promise<Pick<Outside, "host" | "handshake">> {
  const { cluster, endpoint } = declared;
  if (cluster.gateways.length === 0) {
    const none = { unseen: "no Gateway is named" };
    return { host: none, handshake: none };
  }
  const host = registryHost(cluster);
  const found = await readHostAddresses(host);
  if (!("addresses" in found) && endpoint?.connect === undefined)
    return { host: { found }, handshake: { unseen: `${host} leads nowhere` } };
  const { ca, connect } = endpoint ?? {};
  const hands = await shakeHands({
    url: `https://${host}`,
    ...(ca === undefined ? {} : { ca }),
    ...(connect === undefined ? {} : { connect }),
  });
  if (typeof hands === "string" || hands === undefined)
    return { host: { found }, handshake: { unseen: hands ?? "the address is http" } };
  const { distrusted, otherName } = hands;
  const told: HandshakeFacts = otherName
    ? { problem: `who answers at ${host} shows a certificate for other names` }
    : distrusted === undefined
      ? "trusted"
      : { problem: `the certificate at ${host} is not trusted: ${distrusted}` };
  return { host: { found }, handshake: { found: told } };
}

/** What this account may not read is not looked at. */
async function seen<T>(read: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { found: await read() };
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    return { unseen: error.message };
  }
}

/** Archives of a stack's seeds that are not there. */
export const absentArchives = (
  seeds: Declared["seeds"],
  pathOf: (archive: string) => string,
): string[] =>
  seeds
    .flatMap(({ archives = {} }) => Object.values(archives))
    .filter((archive) => !existsSync(pathOf(archive)));
