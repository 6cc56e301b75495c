import type { V1Secret } from "@kubernetes/client-node";
import { z } from "zod";
import type { Credentials } from "../registry/client";
import type { PullSecretFacts } from "./snapshot";

const dockerConfig = z.looseObject({
  auths: z.record(
    z.string(),
    z.looseObject({
      auth: z.string().optional(),
      username: z.string().optional(),
      password: z.string().optional(),
    }),
  ),
});

/** How the registry answers an account: 200 where it is good, undefined where it could not be asked. */
export type TryAccount = (credentials: Credentials) => Promise<number | undefined>;

/** What pull secrets are worth at a registry of these names. Their credentials are tried, and are not in the answer. */
export async function pullSecretFacts(
  secrets: readonly V1Secret[],
  names: readonly string[],
  tryAccount: TryAccount,
): Promise<PullSecretFacts[]> {
  const held = secrets.filter(({ type }) => type === "kubernetes.io/dockerconfigjson");
  return Promise.all(
    held.map(async ({ metadata, data }) => {
      const auths = authsIn(data?.[".dockerconfigjson"]);
      const credentials = credentialsIn(
        auths[names.find((name) => auths[name] !== undefined) ?? ""],
      );
      const status = credentials && (await tryAccount(credentials));
      return {
        namespace: metadata?.namespace ?? "",
        name: metadata?.name ?? "",
        hosts: Object.keys(auths),
        ...(credentials === undefined ? {} : { username: credentials.username }),
        // Zot's API keys all begin so.
        ...(credentials?.password.startsWith("zak_") ? { key: true as const } : {}),
        ...(status === undefined ? {} : { status }),
      };
    }),
  );
}

type Auths = z.infer<typeof dockerConfig>["auths"];

function authsIn(encoded = ""): Auths {
  try {
    const text = Buffer.from(encoded, "base64").toString("utf8");
    return dockerConfig.parse(JSON.parse(text)).auths;
  } catch {
    return {};
  }
}

function credentialsIn(held: Auths[string] | undefined): Credentials | undefined {
  if (held === undefined) return undefined;
  const { username, password, auth = "" } = held;
  if (username !== undefined && password !== undefined) return { username, password };
  const text = Buffer.from(auth, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 1) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
