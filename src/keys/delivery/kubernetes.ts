import type { V1Secret } from "@kubernetes/client-node";
import type { z } from "zod";
import { KubernetesError, kubernetesReader, kubernetesWriter } from "../../cluster/kubernetes";
import { dockerConfig, holdsLogin, type Login } from "../../registry/dockerConfig";
import { isOurs, madeForKey, ownsType } from "./secretOwnership";
import { DeliveryError, targetKind, type SchemaTools } from "./targetKind";

const settings = ({ z, textLike, kubernetesLabel }: SchemaTools) =>
  z
    .strictObject({
      to: z.literal("kubernetes"),
      namespace: kubernetesLabel("a namespace").describe("Is there already."),
      name: textLike(
        "a Secret's name: lower-case letters, digits, dashes and dots",
        /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/,
      ).describe("The Secret's name."),
      type: z
        .enum(["dockerconfigjson", "opaque"])
        .default("dockerconfigjson")
        .describe("dockerconfigjson: a pull secret. opaque: the keys username and password."),
    })
    .describe("A Secret of the cluster.");

type KubernetesSettings = z.output<ReturnType<typeof settings>>;

export interface KubernetesTarget extends KubernetesSettings {
  /** The kubeconfig context of the cluster. */
  context: string;
}

const describe = ({ namespace, name }: KubernetesTarget) => `the Secret ${namespace}/${name}`;

/** A Secret of the registry's cluster. */
export const kubernetes = targetKind({
  to: "kubernetes",
  settings,
  targetOf: (config: KubernetesSettings, context): KubernetesTarget => ({ ...config, context }),
  describe,
  places: (target) => [describe(target)],
  put: applySecret,
  holds: secretHolds,
  withdraw: removeSecret,
  foreign: foreignSecret,
});

const dockerType = "kubernetes.io/dockerconfigjson";

/** The keys of the Secret's data that are ours. */
function dataOf({ type }: KubernetesTarget, login: Login): Record<string, string> {
  return encoded(
    type === "opaque"
      ? { username: login.username, password: login.password }
      : { ".dockerconfigjson": dockerConfig(login) },
  );
}

const encoded = (text: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(text).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );

const typeOf = ({ type }: KubernetesTarget) => (type === "opaque" ? "Opaque" : dockerType);

const objectOf = ({ namespace, name }: KubernetesTarget) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name, namespace },
});

/**
 * Makes the Secret by server-side apply. Of one that was there and is not ours, only the keys of a login become ours, and a
 * key that somebody else wrote is a refusal.
 */
async function applySecret(target: KubernetesTarget, login: Login): Promise<void> {
  await withHints(target, async () => {
    const found = await readSecret(target);
    const writer = await kubernetesWriter(target.context);
    const [object, data] = [objectOf(target), dataOf(target, login)];
    if (found === undefined || isOurs(found)) {
      const metadata = { ...object.metadata, labels: madeForKey };
      await writer.apply({ ...object, metadata, type: typeOf(target), data } as V1SecretToApply);
      return;
    }
    if (found.type !== typeOf(target)) throw new DeliveryError(otherType(found.type));
    await writer.apply({ ...object, ...kept(found), data } as V1SecretToApply);
  });
}

async function secretHolds(target: KubernetesTarget, login: Login): Promise<boolean> {
  return withHints(target, async () => holds(await readSecret(target), target, login));
}

/** Why the Secret would stay if the key went, and what of it is ours; undefined where there is none, or it was made for a key. */
async function foreignSecret(target: KubernetesTarget): Promise<string | undefined> {
  return withHints(target, async () => {
    const found = await readSecret(target);
    return found === undefined || isOurs(found) ? undefined : `${target.namespace}/${target.name}`;
  });
}

/**
 * Takes this login out of the Secret, where it holds it: one that was made for a key and is nobody else's is deleted; of any
 * other our keys go, and the rest stays as it is.
 *
 * @returns whether a Secret of somebody else stays
 */
async function removeSecret(target: KubernetesTarget, login: Login): Promise<boolean> {
  return withHints(target, async () => {
    const found = await readSecret(target);
    if (found === undefined || !held(found, target, login)) return false;
    const writer = await kubernetesWriter(target.context);
    const { uid = "", resourceVersion = "" } = found.metadata ?? {};
    const object = objectOf(target);
    if (isOurs(found)) {
      await writer.remove(object, { uid, resourceVersion });
      return false;
    }
    // With its UID: of one that is gone since, nothing may be made. A pull secret has to have its key: it stays, without a login.
    const metadata = { ...object.metadata, uid };
    const data =
      found.type === dockerType ? { data: encoded({ ".dockerconfigjson": '{"auths":{}}' }) } : {};
    await writer.apply({ ...object, metadata, ...kept(found), ...data });
    return true;
  });
}

type V1SecretToApply = V1Secret & { metadata: { name: string } };

const holds = (found: V1Secret | undefined, target: KubernetesTarget, login: Login) =>
  Object.entries(dataOf(target, login)).every(([key, value]) => found?.data?.[key] === value);

/** The same, under whichever name of the registry. */
const held = (found: V1Secret, target: KubernetesTarget, login: Login) =>
  target.type === "opaque"
    ? holds(found, target, login)
    : holdsLogin(
        Buffer.from(found.data?.[".dockerconfigjson"] ?? "", "base64").toString("utf8"),
        login,
      );

/** What has to be applied again to stay. */
const kept = (found: V1Secret) => (ownsType(found) ? { type: found.type } : {});

async function readSecret({ context, namespace, name }: KubernetesTarget) {
  const reader = await kubernetesReader(context);
  return reader.read<V1Secret>({ apiVersion: "v1", kind: "Secret", namespace, name });
}

/** What the cluster answers, as a failed delivery that says what helps. */
async function withHints<T>(target: KubernetesTarget, work: () => Promise<T>): Promise<T> {
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

const otherType = (type = "Opaque") =>
  `it exists with the type ${type} and was not created for a key: name another Secret, or use that type`;
