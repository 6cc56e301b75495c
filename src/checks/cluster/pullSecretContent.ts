import type { V1Secret } from "@kubernetes/client-node";
import { z } from "zod";
import type { KubernetesReader } from "../../cluster/kubernetes";
import type { Credentials } from "../../registry/client";
import type { ClusterExpectations } from "./expectations";

/** What a namespace's pull secret holds for the registry, or why it is no use, in words without a credential. */
export type PullSecretContent = { namespace: string } & (
  { credentials: Credentials } | { problem: string }
);

const dockerConfig = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string() })),
});

const type = "kubernetes.io/dockerconfigjson";

/** Reads the pull secret of every namespace that should have it. */
export function readPullSecrets(
  { pullSecret, host, aliases = [] }: ClusterExpectations,
  reader: KubernetesReader,
): Promise<PullSecretContent[]> {
  return Promise.all(
    pullSecret.namespaces.map(async (namespace) => {
      const { name } = pullSecret;
      const secret = await reader.read<V1Secret>({
        apiVersion: "v1",
        kind: "Secret",
        namespace,
        name,
      });
      return { namespace, ...content(secret, host, aliases) };
    }),
  );
}

function content(
  secret: V1Secret | undefined,
  host: string,
  aliases: readonly string[],
): { credentials: Credentials } | { problem: string } {
  if (secret === undefined) return { problem: "there is none" };
  if (secret.type !== type)
    return { problem: `it is of type ${secret.type ?? "Opaque"}, not ${type}` };
  const text = Buffer.from(secret.data?.[".dockerconfigjson"] ?? "", "base64").toString("utf8");
  const { data } = dockerConfig.safeParse(json(text));
  if (data === undefined) return { problem: "it does not decode as a Docker config" };
  const auth = data.auths[host]?.auth;
  const absent = [host, ...aliases].filter((name) => data.auths[name] === undefined);
  if (auth === undefined || absent.length > 0)
    return {
      problem: `it is for ${Object.keys(data.auths).join(", ") || "no host"}, not for ${absent.join(", ")}`,
    };
  const other = aliases.find((name) => data.auths[name]?.auth !== auth);
  if (other !== undefined) return { problem: `it holds another account for ${other}` };
  const [, username, password] =
    /^([^:]+):(.+)$/s.exec(Buffer.from(auth, "base64").toString("utf8")) ?? [];
  if (username === undefined || password === undefined)
    return { problem: "its auth is not user:password" };
  return { credentials: { username, password } };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
