import { z } from "zod";
import { RegistryClient, type RawAnswer, type RawRequest } from "../registry/client";

/** An identity provider, as it is asked. */
export interface Provider {
  /** As the provider calls itself. */
  issuer: string;
  /** Certificates in PEM to trust the provider's by, besides the public ones. */
  ca?: string;
}

const texts = z.array(z.string()).optional();

/** What Zot reads of a discovery document (OpenID Connect Discovery 1.0, 3), and what tells whether it will do. */
const discoverySchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string().optional(),
  token_endpoint: z.string().optional(),
  userinfo_endpoint: z.string().optional(),
  jwks_uri: z.string().optional(),
  response_types_supported: texts,
  scopes_supported: texts,
  id_token_signing_alg_values_supported: texts,
});

export type Discovery = z.output<typeof discoverySchema>;

/** Where a provider's discovery document is: with one slash, however the issuer ends. */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
}

/** The discovery document, or what there is in its place, in words. */
export async function discover(
  oidc: Provider,
): Promise<{ document: Discovery } | { problem: string; status: number }> {
  const url = discoveryUrl(oidc.issuer);
  const answer = await askProvider(url, oidc, {
    method: "GET",
    headers: { accept: "application/json" },
  });
  const { status } = answer;
  if (status !== 200) return { status, problem: `${url} answers ${status}` };
  const { data } = discoverySchema.safeParse(jsonOf(answer));
  return data === undefined
    ? { status, problem: `${url} is no discovery document: JSON with an issuer` }
    : { document: data };
}

const keysSchema = z.looseObject({
  keys: z.array(z.looseObject({ use: z.string().optional(), alg: z.string().optional() })),
});

/** The keys that a provider signs with, by its `jwks_uri`; none where the answer is no list of keys. */
export async function readProviderKeys(
  url: string,
  provider: Pick<Provider, "ca">,
): Promise<{ status: number; keys: z.output<typeof keysSchema>["keys"] }> {
  const answer = await askProvider(url, provider, { method: "GET" });
  const { data } = keysSchema.safeParse(jsonOf(answer));
  return { status: answer.status, keys: data?.keys ?? [] };
}

/** A request to the provider itself: no credentials of the registry go there, and redirects are answers. */
export async function askProvider(
  url: string,
  { ca }: Pick<Provider, "ca">,
  request: Omit<RawRequest, "path" | "authenticate">,
): Promise<RawAnswer> {
  const { origin, pathname, search } = new URL(url);
  const options = { url: origin, retries: 1, timeoutMs: 10_000 };
  await using client = new RegistryClient({ ...options, ...(ca === undefined ? {} : { ca }) });
  return await client.request({ ...request, path: pathname + search, authenticate: false });
}

/** An answer's body as JSON; undefined where it is none. */
function jsonOf({ body }: RawAnswer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

/** Errors that OAuth 2.0 and OpenID Connect know (RFC 6749, 4.1.2.1 and 5.2; OIDC Core, 3.1.2.6), and what providers call others. */
const knownError =
  /\b(?:invalid_[a-z_]+|unauthorized_client|unsupported_[a-z_]+|access_denied|server_error|temporarily_unavailable|[a-z_]+_required)\b/;

/** The error that an answer names, if it names one: its page may hold anything. */
export function errorNamed({ body }: RawAnswer): string | undefined {
  return knownError.exec(body.toString("utf8"))?.[0];
}
