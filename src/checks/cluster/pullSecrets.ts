import type { V1Secret } from "@kubernetes/client-node";
import { z } from "zod";
import type { KubernetesReader } from "../../cluster/kubernetes";
import type { Credentials } from "../../registry/client";
import type { CheckContext, Outcome } from "../check";
import { failed, passed, skipped } from "../outcomes";
import type { ClusterCheck, ClusterExpectations } from "./clusterChecks";

export const pullSecretsInPlace: ClusterCheck = (expected, reader) => ({
  code: "ZF502",
  title: "every namespace has its pull secret",
  hint: "Did something else write the Secret? `pulumi up --refresh` puts it back.",
  async run() {
    const { name, username, namespaces } = expected.pullSecret;
    if (namespaces.length === 0) return skipped("no namespace should have one");
    const found = await readPullSecrets(expected, reader);
    return found.map((content) => {
      const subject = `${content.namespace}/${name}`;
      if ("problem" in content) return failed(content.problem, subject);
      const { username: holder } = content.credentials;
      return holder === username
        ? passed(`${holder} at ${expected.host}`, subject)
        : failed(`it holds the account ${holder}, not ${username}`, subject);
    });
  },
});

export const pullSecretsPull: ClusterCheck = (expected, reader) => ({
  code: "ZF503",
  title: "what the pull secrets hold pulls, and cannot push",
  hint: "The account of the pull secret has lost or gained rights: look at accessControl in Zot's config.",
  lag: 20_000,
  async run(context) {
    const contents = await readPullSecrets(expected, reader);
    const held = new Map(
      contents.flatMap((each) =>
        "credentials" in each
          ? [[JSON.stringify(each.credentials), each.credentials] as const]
          : [],
      ),
    );
    if (held.size === 0) return skipped("no pull secret could be read, or none should be there");
    const outcomes: Outcome[] = [];
    for (const credentials of held.values()) {
      outcomes.push(await tryOut(context, credentials));
    }
    return outcomes;
  },
});

/**
 * Pulls by tag and by digest, and tries to overwrite the tag with `{}`: 403 where it is denied, 400 where the account could
 * have done it. Nothing is written either way (tried on Zot 2.1.18).
 */
async function tryOut(
  { client, images }: CheckContext,
  credentials: Credentials,
): Promise<Outcome> {
  const { username } = credentials;
  const puller = client(credentials);
  const image = images.find(({ digest }) => digest !== undefined);
  const [tag] = image?.tags ?? [];
  if (image === undefined || tag === undefined) {
    const { status } = await puller.request({ method: "GET", path: "/v2/" });
    return status === 200
      ? skipped("signs in; there is no image to pull", username)
      : failed(`is answered ${status}`, username);
  }
  const path = `/v2/${image.repository}/manifests/${tag}`;
  const manifest = await puller.getManifest(image.repository, tag);
  if (manifest === undefined)
    return failed(`${image.repository}:${tag} cannot be pulled`, username);
  const { status } = await puller.request({
    method: "PUT",
    path,
    body: "{}",
    headers: { "content-type": "application/vnd.oci.image.manifest.v1+json" },
  });
  return status === 403
    ? passed(`pulls ${image.repository}:${tag}; overwriting it is answered 403`, username)
    : failed(
        `pulls ${image.repository}:${tag}, and overwriting it is answered ${status}, not 403`,
        username,
      );
}

/** What a namespace's pull secret holds for the registry, or why it is no use, in words without a credential. */
export type PullSecretContent = { namespace: string } & (
  { credentials: Credentials } | { problem: string }
);

const dockerConfig = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string() })),
});

const secretType = "kubernetes.io/dockerconfigjson";

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
      return { namespace, ...contentOf(secret, host, aliases) };
    }),
  );
}

function contentOf(
  secret: V1Secret | undefined,
  host: string,
  aliases: readonly string[],
): { credentials: Credentials } | { problem: string } {
  if (secret === undefined) return { problem: "there is none" };
  if (secret.type !== secretType)
    return { problem: `it is of type ${secret.type ?? "Opaque"}, not ${secretType}` };
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
