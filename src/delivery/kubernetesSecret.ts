import type { V1Secret } from "@kubernetes/client-node";
import { KubernetesError, kubernetesReader, kubernetesWriter } from "../cluster/kubernetes";
import { dockerConfig, type Login } from "../oci/dockerConfig";
import { DeliveryError, type KubernetesTarget } from "./target";

const managedBy = "app.kubernetes.io/managed-by";

const dockerType = "kubernetes.io/dockerconfigjson";

/** The fields of the Secret that are ours; of one that somebody else made, the others stay. */
function secretOf({ namespace, name, type }: KubernetesTarget, login: Login) {
  const text: Record<string, string> =
    type === "opaque"
      ? { username: login.username, password: login.password }
      : { ".dockerconfigjson": dockerConfig(login) };
  const data = Object.entries(text).map(([key, value]) => [
    key,
    Buffer.from(value).toString("base64"),
  ]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, labels: { [managedBy]: "zot-fleet" } },
    type: type === "opaque" ? "Opaque" : dockerType,
    data: Object.fromEntries(data) as Record<string, string>,
  };
}

/** Makes the Secret, or changes the fields of it that are ours, by server-side apply. */
export async function applySecret(target: KubernetesTarget, login: Login): Promise<void> {
  await told(target, async () => {
    const writer = await kubernetesWriter(target.context);
    await writer.apply(secretOf(target, login));
  });
}

export async function secretHolds(target: KubernetesTarget, login: Login): Promise<boolean> {
  return told(target, async () => {
    const { data } = secretOf(target, login);
    const found = await readSecret(target);
    return Object.entries(data).every(([key, value]) => found?.data?.[key] === value);
  });
}

/** Deletes the Secret where it was made for a key and holds this login; anything else stays. */
export async function removeSecret(target: KubernetesTarget, login: Login): Promise<void> {
  await told(target, async () => {
    const found = await readSecret(target);
    if (found?.metadata?.labels?.[managedBy] !== "zot-fleet") return;
    const { data, ...object } = secretOf(target, login);
    if (!Object.entries(data).every(([key, value]) => found.data?.[key] === value)) return;
    const { uid = "" } = found.metadata;
    await (await kubernetesWriter(target.context)).remove(object, uid);
  });
}

async function readSecret({ context, namespace, name }: KubernetesTarget) {
  const reader = await kubernetesReader(context);
  return reader.read<V1Secret>({ apiVersion: "v1", kind: "Secret", namespace, name });
}

async function told<T>(target: KubernetesTarget, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    const hint = hints[error.status ?? 0];
    const { namespace } = target;
    throw new DeliveryError(
      `${error.message}${hint === undefined ? "" : ` (${hint.replace("NAMESPACE", namespace)})`}`,
    );
  }
}

const hints: Readonly<Record<number, string>> = {
  403: "the kubeconfig's account needs get, create, patch and delete on Secrets in NAMESPACE",
  404: "is there a namespace NAMESPACE? It is not made for a key",
  409: "somebody else manages these fields: name another Secret, or delete this one",
  422: "a Secret's type never changes: name another Secret, or delete this one",
};
