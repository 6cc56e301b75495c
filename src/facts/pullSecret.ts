import type { V1Secret } from "@kubernetes/client-node";
import { z } from "zod";
import type { KubernetesReader } from "../cluster/kubernetes";
import type { Credentials } from "../registry/client";
import { registryNames } from "./imageNames";

/** What pull secrets should be there, and for which registry. */
export interface ExpectedPullSecrets {
  /** The host name that clients use. */
  host: string;
  /** More host names that lead to the registry. Absent where there are none. */
  aliases?: readonly string[];
  pullSecret: { name: string; namespaces: readonly string[] };
}

/** What a namespace's pull secret holds for the registry, or why it is no use, in words without a credential. */
export type PullSecretContent = { namespace: string } & (
  { credentials: Credentials } | { problem: string }
);

/** Reads the pull secret of every namespace that should have it. @throws KubernetesError */
export function readPullSecrets(
  { pullSecret: { name, namespaces }, ...registry }: ExpectedPullSecrets,
  reader: Pick<KubernetesReader, "read">,
): Promise<PullSecretContent[]> {
  return Promise.all(
    namespaces.map(async (namespace) => {
      const object = { apiVersion: "v1", kind: "Secret", namespace, name };
      const secret = await reader.read<V1Secret>(object);
      return { namespace, ...contentFor(registryNames(registry), secret) };
    }),
  );
}

/** A Secret with registry credentials, and the account that it holds for each host; undefined where an entry holds none. */
export interface PullSecret {
  namespace: string;
  name: string;
  accounts: Accounts;
}

type Accounts = ReadonlyMap<string, Credentials | undefined>;

/** All pull secrets of a namespace, ours or not; one that cannot be read is for no host. @throws KubernetesError */
export async function listPullSecrets(
  reader: Pick<KubernetesReader, "list">,
  namespace: string,
): Promise<PullSecret[]> {
  const all = await reader.list<V1Secret>({ apiVersion: "v1", kind: "Secret", namespace });
  return all
    .filter(({ type }) => type === secretType)
    .map((secret) => ({
      namespace: secret.metadata?.namespace ?? "",
      name: secret.metadata?.name ?? "",
      accounts: accountsIn(secret) ?? new Map(),
    }));
}

const secretType = "kubernetes.io/dockerconfigjson";

function contentFor(
  names: readonly string[],
  secret: V1Secret | undefined,
): { credentials: Credentials } | { problem: string } {
  if (secret === undefined) return { problem: "there is none" };
  if (secret.type !== secretType)
    return { problem: `it is of type ${secret.type ?? "Opaque"}, not ${secretType}` };
  const accounts = accountsIn(secret);
  if (accounts === undefined) return { problem: "it does not decode as a Docker config" };
  const absent = names.filter((name) => !accounts.has(name));
  if (absent.length > 0)
    return {
      problem: `it is for ${[...accounts.keys()].join(", ") || "no host"}, not for ${absent.join(", ")}`,
    };
  const [host = "", ...aliases] = names;
  const credentials = accounts.get(host);
  const other = aliases.find((name) => !isSame(accounts.get(name), credentials));
  if (other !== undefined) return { problem: `it holds another account for ${other}` };
  return credentials === undefined ? { problem: "its auth is not user:password" } : { credentials };
}

const isSame = (one: Credentials | undefined, other: Credentials | undefined) =>
  one?.username === other?.username && one?.password === other?.password;

const entry = z.looseObject({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
});
const dockerConfig = z.looseObject({ auths: z.record(z.string(), entry) });

function accountsIn({ data }: V1Secret): Accounts | undefined {
  const text = Buffer.from(data?.[".dockerconfigjson"] ?? "", "base64").toString("utf8");
  const config = dockerConfig.safeParse(json(text)).data;
  return (
    config && new Map(Object.entries(config.auths).map(([host, held]) => [host, accountIn(held)]))
  );
}

/** As the kubelet reads it: `auth` wins over what stands beside it (kubernetes, pkg/credentialprovider/config.go). */
function accountIn({
  auth = "",
  username = "",
  password = "",
}: z.infer<typeof entry>): Credentials | undefined {
  if (auth === "") return username === "" || password === "" ? undefined : { username, password };
  const pair = Buffer.from(auth, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 1 || colon === pair.length - 1
    ? undefined
    : { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
