import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { KubernetesReader } from "./kubernetes";
import type { ReleaseName } from "./releaseState";

/** A Secret of Helm's, as far as it is read and written here. */
export interface RecordSecret {
  apiVersion?: string;
  kind?: string;
  type?: string;
  metadata?: {
    name?: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    creationTimestamp?: Date;
    managedFields?: { manager?: string; fieldsV1?: unknown }[];
  };
  data?: Record<string, string>;
}

/**
 * What Helm keeps of one revision of a release: the Secret `sh.helm.release.v1.<name>.v<revision>` (helm.sh/helm/v3,
 * pkg/storage/driver/secrets.go). Holds the values, and with them whatever secret somebody put there.
 */
export interface HelmRecord {
  /** The Secret as it was read. */
  secret: RecordSecret;
  revision: number;
  /** `deployed`, `failed`, `superseded`, `uninstalling`, `uninstalled`, `pending-install`, `pending-upgrade`, `pending-rollback`. */
  status: string;
  /** When the operation began, by the API server's clock: RFC 3339. */
  begun: string;
  /** Who wrote it, by the fields that are theirs: `helm`, `helm-controller`, `pulumi-kubernetes`. Undefined where nothing tells. */
  writer?: string;
  /** As `zot-0.1.122`. */
  chart: string;
  /** What whoever ran it gave as values. */
  values: Record<string, unknown>;
  /** The objects, as YAML documents. */
  manifest: string;
  /** All of it, as Helm wrote it; undefined where it cannot be read. */
  content?: HelmContent | undefined;
}

interface HelmContent {
  info?: { status?: string; description?: string };
  chart?: { metadata?: { name?: string; version?: string } };
  config?: Record<string, unknown>;
  manifest?: string;
}

/** The revisions that Helm has of a release, the newest last. Needs `list` on Secrets. @throws KubernetesError */
export async function helmRecords(
  reader: Pick<KubernetesReader, "list">,
  { namespace, name }: ReleaseName,
): Promise<HelmRecord[]> {
  const secrets = await reader.list<RecordSecret>(
    { apiVersion: "v1", kind: "Secret", namespace },
    { owner: "helm", name },
  );
  const own = secrets.filter(({ type, metadata }) => {
    const labels = metadata?.labels;
    return type === "helm.sh/release.v1" && labels?.["owner"] === "helm" && labels["name"] === name;
  });
  const records = await Promise.all(own.map(recordOf));
  return records.sort((a, b) => a.revision - b.revision);
}

async function recordOf(secret: RecordSecret): Promise<HelmRecord> {
  const { metadata } = secret;
  const labels = metadata?.labels ?? {};
  const managedFields = metadata?.managedFields ?? [];
  const content = await contentOf(secret);
  const { name = "?", version = "?" } = content?.chart?.metadata ?? {};
  const others = managedFields.filter(({ manager }) => manager !== recordKeeper);
  const wrote = others.find(({ fieldsV1 }) => Object.hasOwn(fieldsV1 ?? {}, "f:data"));
  const writer = (wrote ?? others[0])?.manager;
  return {
    secret,
    revision: Number(labels["version"]),
    status: labels["status"] ?? content?.info?.status ?? "?",
    begun: timeText(metadata?.creationTimestamp),
    ...(writer === undefined ? {} : { writer }),
    chart: `${name}-${version}`,
    values: content?.config ?? {},
    manifest: content?.manifest ?? "",
    content,
  };
}

/** Under this name we write in Helm's records. */
export const recordKeeper = "zot-fleet-records";

const timeText = (time: Date | string | undefined) =>
  time === undefined ? "?" : new Date(time).toISOString().replace(".000Z", "Z");

/** Helm's own format: JSON, gzipped, in base64, and once more in base64 as a Secret holds it. */
async function contentOf(secret: RecordSecret): Promise<HelmContent | undefined> {
  const text = Buffer.from(secret.data?.["release"] ?? "", "base64").toString();
  try {
    const json = await promisify(gunzip)(Buffer.from(text, "base64"));
    return JSON.parse(json.toString()) as HelmContent;
  } catch {
    return undefined;
  }
}

/** The content of a record as a Secret holds it. */
export async function encodedContent(content: object): Promise<string> {
  const packed = await promisify(gzip)(Buffer.from(JSON.stringify(content)));
  return Buffer.from(packed.toString("base64")).toString("base64");
}

/** The same record as a failed one, which is what Helm itself writes where it comes to write: the next upgrade goes on from there. */
export async function asFailed(record: HelmRecord, why: string): Promise<RecordSecret> {
  const { secret, content } = record;
  const { metadata } = secret;
  const info = { ...content?.info, status: "failed", description: why };
  return {
    ...secret,
    apiVersion: "v1",
    kind: "Secret",
    metadata: { ...metadata, labels: { ...metadata?.labels, status: "failed" } },
    ...(content === undefined
      ? {}
      : { data: { ...secret.data, release: await encodedContent({ ...content, info }) } }),
  };
}

/**
 * A first revision that failed and made nothing: with it an upgrade makes a release again that is gone, where an upgrade
 * without any revision has "no deployed releases".
 */
export async function emptyRecord(
  { namespace, name }: ReleaseName,
  chart: string,
  now: Date,
): Promise<RecordSecret> {
  const time = now.toISOString();
  const content = {
    name,
    namespace,
    version: 1,
    info: {
      first_deployed: time,
      last_deployed: time,
      deleted: "",
      description: "zot-fleet: what Helm had of this release is gone",
      status: "failed",
    },
    chart: {
      metadata: { apiVersion: "v2", name: chart, version: "0.0.0" },
      templates: [],
      values: {},
    },
    config: {},
    manifest: "",
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "helm.sh/release.v1",
    metadata: {
      name: `sh.helm.release.v1.${name}.v1`,
      namespace,
      labels: { owner: "helm", name, status: "failed", version: "1" },
    },
    data: { release: await encodedContent(content) },
  };
}
