import { RegistryClient, type RawAnswer, type RawRequest } from "../../registry/client";
import type { DeclaredOidc } from "../check";

/** A request to the provider itself: no credentials of the registry go there, and redirects are answers. */
export async function askProvider(
  url: string,
  { ca }: Pick<DeclaredOidc, "ca">,
  request: Omit<RawRequest, "path" | "authenticate">,
): Promise<RawAnswer> {
  const { origin, pathname, search } = new URL(url);
  const options = { url: origin, retries: 1, timeoutMs: 10_000 };
  const client = new RegistryClient({ ...options, ...(ca === undefined ? {} : { ca }) });
  try {
    return await client.request({ ...request, path: pathname + search, authenticate: false });
  } finally {
    await client.close();
  }
}

/** An answer's body as JSON; undefined where it is none. */
export function jsonOf({ body }: RawAnswer): unknown {
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
