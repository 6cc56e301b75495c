import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster, KubeConfig, KubernetesObject } from "@kubernetes/client-node";
import { parseAddress } from "../registry/address";
import { readProxies, connectionTo } from "../registry/proxy";

/** A cluster could not be asked, or said no. The message says what was asked for, and holds no credential. */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";

  constructor(
    message: string,
    /** The status of the API server's answer; absent where it gave none. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** An object that is read here: its kind, its name, where it is. */
export interface ObjectName {
  apiVersion: string;
  kind: string;
  name: string;
  /** Absent for what is in no namespace. */
  namespace?: string;
}

/** What is read of a cluster. */
export interface KubernetesReader {
  /** The object, or undefined where there is none. @throws KubernetesError */
  read: <T>(object: ObjectName) => Promise<(KubernetesObject & T) | undefined>;
  /** All objects of a kind in a namespace that carry these labels. @throws KubernetesError */
  list: <T>(
    kind: Omit<ObjectName, "name">,
    labels?: Readonly<Record<string, string>>,
  ) => Promise<(KubernetesObject & T)[]>;
}

/** Loaded when it is needed: it takes a second, and most commands ask no cluster. */
export const kubernetesLibrary = () => import("@kubernetes/client-node");

/** The contexts of the kubeconfig, as kubectl finds it. @throws KubernetesError where it cannot be read */
export const kubeContexts = async (): Promise<string[]> => contextsOf(await loadKubeConfig());

/**
 * The kubeconfig, as kubectl finds it (KUBECONFIG, `~/.kube/config`, the pod's own account), with `context` as the current one.
 *
 * @throws KubernetesError that names the contexts there are
 */
export async function kubeConfigOf(context: string): Promise<KubeConfig> {
  const config = await loadKubeConfig();
  const known = config.getContexts().map(({ name }) => name);
  if (!known.includes(context)) {
    const named = contextsOf(config);
    const has = named.length === 0 ? "it has none" : `it has ${named.join(", ")}`;
    throw new KubernetesError(`the kubeconfig has no context "${context}": ${has}`);
  }
  config.setCurrentContext(context);
  throughProxy(config);
  return config;
}

async function loadKubeConfig(): Promise<KubeConfig> {
  const { KubeConfig: Config } = await kubernetesLibrary();
  const config = new Config();
  try {
    config.loadFromDefault();
  } catch (error) {
    // The library's errors of an empty or broken file are TypeErrors and YAML's, which may quote the file.
    throw new KubernetesError(
      `the kubeconfig cannot be read (${error instanceof Error ? error.name : "unknown"}): ${process.env["KUBECONFIG"] ?? "~/.kube/config"}`,
    );
  }
  return config;
}

/** Without a file the library makes contexts up, which kubectl and Pulumi do not know. */
const contextsOf = (config: KubeConfig): string[] =>
  config
    .getContexts()
    .map(({ name }) => name)
    .filter((name) => !["loaded-context", "inClusterContext"].includes(name));

/** The library knows a kubeconfig's own `proxy-url` alone; kubectl and Pulumi's provider obey the environment where there is none. */
function throughProxy(config: KubeConfig): void {
  const cluster = config.getCurrentCluster();
  if (cluster === null || cluster.proxyUrl || !URL.canParse(cluster.server)) return;
  const server = new URL(cluster.server);
  const connection = connectionTo(server, parseAddress({ url: server.origin }), readProxies());
  if (connection.by !== "proxy") return;
  const proxied: Cluster = { ...cluster, proxyUrl: connection.proxy.href };
  config.clusters = config.clusters.map((each) => (each === cluster ? proxied : each));
}

/** Reads objects of the cluster behind a context. */
export async function kubernetesReader(context: string): Promise<KubernetesReader> {
  const { KubernetesObjectApi } = await kubernetesLibrary();
  const api = KubernetesObjectApi.makeApiClient(await kubeConfigOf(context));
  return {
    read: async <T>({ apiVersion, kind, name, namespace }: ObjectName) => {
      const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
      try {
        const found = await inTime(api.read({ apiVersion, kind, metadata }));
        return found as KubernetesObject & T;
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw refused(`${kind} ${where(namespace)}${name}`, error);
      }
    },
    list: async <T>(
      { apiVersion, kind, namespace }: Omit<ObjectName, "name">,
      labels: Readonly<Record<string, string>> = {},
    ) => {
      const selector = Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
      const none = undefined;
      try {
        const found = await inTime(
          api.list(apiVersion, kind, namespace, none, none, none, none, selector || none),
        );
        return found.items as (KubernetesObject & T)[];
      } catch (error) {
        throw refused(`${kind} objects in ${namespace ?? "the cluster"}`, error);
      }
    },
  };
}

/** The time by the API server's clock, in milliseconds since 1970. @throws KubernetesError */
export async function clusterTime(context: string): Promise<number> {
  const { VersionApi } = await kubernetesLibrary();
  const api = (await kubeConfigOf(context)).makeApiClient(VersionApi);
  try {
    const { headers } = await api.getCodeWithHttpInfo();
    const date = Object.entries(headers).find(([name]) => name.toLowerCase() === "date")?.[1];
    return date === undefined ? Date.now() : Date.parse(date);
  } catch (error) {
    throw refused("the API server's version", error);
  }
}

/** As `kubectl version` tells of the server. */
export interface KubernetesVersion {
  major: number;
  minor: number;
}

/** The version of the API server. @throws KubernetesError */
export async function clusterVersion(context: string): Promise<KubernetesVersion> {
  const { VersionApi } = await kubernetesLibrary();
  const api = (await kubeConfigOf(context)).makeApiClient(VersionApi);
  try {
    const { major, minor } = await inTime(api.getCode());
    // Clouds write 30+.
    return { major: Number.parseInt(major, 10), minor: Number.parseInt(minor, 10) };
  } catch (error) {
    throw refused("the API server's version", error);
  }
}

/** The kinds that a cluster has of a version of a group; none where it does not know it. @throws KubernetesError */
export async function kindsOf(
  context: string,
  { group, version }: { group: string; version: string },
): Promise<string[]> {
  const { CustomObjectsApi } = await kubernetesLibrary();
  const api = (await kubeConfigOf(context)).makeApiClient(CustomObjectsApi);
  try {
    const { resources } = await inTime(api.getAPIResources({ group, version }));
    return [...new Set(resources.map(({ kind }) => kind))];
  } catch (error) {
    if (statusOf(error) === 404) return [];
    throw refused(`the kinds of ${group}/${version}`, error);
  }
}

/** What is written to a cluster. */
export interface KubernetesWriter {
  /** Makes the object, or changes the fields that are named; another owner of one of them is a 409. @throws KubernetesError */
  apply: (object: KubernetesObject & { metadata: { name: string } }) => Promise<void>;
  /** Makes the object, which is not there yet. @throws KubernetesError */
  create: (object: KubernetesObject) => Promise<void>;
  /** Writes all of the object while it is as it was read (`metadata.resourceVersion`); 409 where it is not. @throws KubernetesError */
  replace: (object: KubernetesObject, writer: string) => Promise<void>;
  /** Changes what the strategic merge patch names, of an object that is there. @throws KubernetesError */
  patch: (object: KubernetesObject & { metadata: { name: string } }) => Promise<void>;
  /**
   * Deletes the object while it is the one with this UID, as it was in this version; one that is gone is no error, one that
   * is another now is a 409. @throws KubernetesError
   */
  remove: (
    object: KubernetesObject & { metadata: { name: string } },
    is: { uid: string; resourceVersion: string },
  ) => Promise<void>;
}

/** The name under which fields are ours (kubernetes.io, "Server-Side Apply"). */
export const fieldManager = "zot-fleet";

/** Writes objects of the cluster behind a context. */
export async function kubernetesWriter(context: string): Promise<KubernetesWriter> {
  const { HttpMethod, KubernetesObjectApi, PatchStrategy, V1DeleteOptions } =
    await kubernetesLibrary();
  /** The library's own patch leaves out what its models do not know: nulls and `$patch`, which are the patch. */
  class ApiWithPatches extends KubernetesObjectApi {
    async patchAsWritten(object: KubernetesObject, query: Record<string, string>): Promise<void> {
      const path = await this.specUriPath(object, "patch");
      const request = this.configuration.baseServer.makeRequestContext(path, HttpMethod.PATCH);
      request.setHeaderParam("Accept", "application/json");
      request.setHeaderParam("Content-Type", PatchStrategy.StrategicMergePatch);
      for (const [name, value] of Object.entries(query)) request.setQueryParam(name, value);
      request.setBody(JSON.stringify(object));
      await this.requestPromise(request);
    }
  }
  const config = await kubeConfigOf(context);
  const api = KubernetesObjectApi.makeApiClient(config);
  const none = undefined;
  const nameOf = ({ kind, metadata }: KubernetesObject) =>
    `${kind ?? "object"} ${where(metadata?.namespace)}${metadata?.name ?? ""}`;
  return {
    apply: async (object) => {
      try {
        await inTime(
          api.patch(object, none, none, fieldManager, false, PatchStrategy.ServerSideApply),
        );
      } catch (error) {
        throw refused(nameOf(object), error, "written");
      }
    },
    create: async (object) => {
      try {
        await inTime(api.create(object, none, none, fieldManager));
      } catch (error) {
        throw refused(nameOf(object), error, "made");
      }
    },
    replace: async (object, writer) => {
      try {
        await inTime(api.replace(object, none, none, writer));
      } catch (error) {
        throw refused(nameOf(object), error, "written");
      }
    },
    patch: async (object) => {
      try {
        await config.makeApiClient(ApiWithPatches).patchAsWritten(object, { fieldManager });
      } catch (error) {
        throw refused(nameOf(object), error, "changed");
      }
    },
    remove: async (object, preconditions) => {
      try {
        const only = Object.assign(new V1DeleteOptions(), { preconditions });
        await inTime(api.delete(object, none, none, none, none, none, only));
      } catch (error) {
        if (statusOf(error) !== 404) throw refused(nameOf(object), error, "deleted");
      }
    },
  };
}

/** The longest that one request may take: the library has no limit, and an API server that is cut off answers never. */
const requestMs = 30_000;

async function inTime<T>(request: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = async () => {
    await sleep(requestMs, undefined, { signal: done.signal });
    throw new Error(`the cluster did not answer within ${requestMs / 1000} s`);
  };
  try {
    return await Promise.race([request, late()]);
  } finally {
    done.abort();
  }
}

const where = (namespace: string | undefined) => (namespace === undefined ? "" : `${namespace}/`);

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number"
    ? error.code
    : undefined;
}

/** What a failed request for `what` was. The library's own messages repeat headers and bodies: only the status or the system's code is kept. */
export function refused(what: string, error: unknown, wanted = "read"): KubernetesError {
  const status = statusOf(error);
  if (status !== undefined)
    return new KubernetesError(`the cluster answers ${status} for ${what}`, status);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  const [line = ""] = error instanceof Error ? error.message.split("\n") : [String(error)];
  return new KubernetesError(`${what} could not be ${wanted}: ${code ?? line}`);
}
