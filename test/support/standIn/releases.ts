import { ApiClient, serverOf } from "./client";
import type { KubeObject } from "./fields";
import { deployRelease, revisionsOf, type WantedRelease } from "./helm";
import { pathOf } from "./kinds";
import { plain, secret } from "./propertyMaps";
import type { Props } from "./rpc";

/** What the engine keeps of a release. */
export async function releaseState(api: ApiClient, inputs: Props): Promise<Props> {
  const wanted = plain<WantedRelease>(inputs);
  const last = (await revisionsOf(api, wanted)).at(-1);
  const { name, namespace, version } = wanted;
  const status = {
    name,
    namespace,
    version,
    chart: "zot",
    status: last?.status,
    revision: last?.version,
  };
  return { ...inputs, __inputs: secret(inputs), status };
}

/** A release that was made and did not become ready: the engine keeps it, and offers it to the next update. */
export async function deployed(api: ApiClient, inputs: Props, install: boolean): Promise<Props> {
  const wanted = plain<WantedRelease>(inputs);
  try {
    await deployRelease(api, wanted, install);
  } catch (error) {
    if (!(error instanceof Error && "revision" in error)) throw error;
    const id = `${wanted.namespace}/${wanted.name}`;
    throw Object.assign(
      new Error(`Helm release "${id}" failed to initialize completely: ${error.message}`),
      {
        id,
        properties: await releaseState(api, inputs),
      },
    );
  }
  return releaseState(api, inputs);
}

/** `kubectl rollout restart`, as the command of a rollout asks for it: in the cluster that it names, as the plugin knows none. */
export async function restart(inputs: Props): Promise<Props> {
  const { environment } = plain<{ environment: Record<string, string> }>(inputs);
  const api = new ApiClient(serverOf(environment["ZOT_FLEET_CONTEXT"] ?? ""));
  const [kind = "", name = ""] = (environment["ZOT_FLEET_WORKLOAD"] ?? "").split("/");
  const kinds: Record<string, string> = {
    deployment: "Deployment",
    statefulset: "StatefulSet",
    daemonset: "DaemonSet",
  };
  const metadata = { name, namespace: environment["ZOT_FLEET_NAMESPACE"] ?? "" };
  const object: KubeObject = { apiVersion: "apps/v1", kind: kinds[kind] ?? "", metadata };
  if ((await api.get(pathOf(object))) === undefined)
    return { ...inputs, stdout: "not there (yet)" };
  const annotations = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
  await api.apply(
    { ...object, spec: { template: { metadata: { annotations } } } },
    "kubectl-rollout",
    true,
  );
  return { ...inputs, stdout: "restarted" };
}

/** A release's inputs without the defaults that the real provider writes beside them, and without what its SDK adds. */
export const asked = ({ compat: _, ...inputs }: Props): Props =>
  Object.fromEntries(
    Object.entries(inputs).filter(([, value]) => ![false, "", 0, null].includes(value as string)),
  );
