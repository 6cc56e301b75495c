import { isLoopback } from "./address";

/**
 * The scope that a request needs, as token services name it (distribution, "Token Scope Documentation"). It keys the cache,
 * and stands in for a challenge that names none.
 */
export function scopeOf(method: string, path: string): string {
  const repository = /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//.exec(path)?.[1];
  if (repository === undefined) return path.startsWith("/v2/_catalog") ? "registry:catalog:*" : "";
  if (method === "GET" || method === "HEAD") return `repository:${repository}:pull`;
  if (method === "DELETE") return `repository:${repository}:delete`;
  return `repository:${repository}:pull,push`;
}

/**
 * The URL to ask for a token: the challenge's realm with its service and scope.
 *
 * @throws Error when the realm is missing, is not a http(s) URL, or has credentials inside.
 */
export function tokenUrl(parameters: Record<string, string>, scope: string): URL {
  const realm = parameters["realm"];
  if (realm === undefined || !URL.canParse(realm)) {
    throw new Error("the registry asks for a bearer token, but names no realm to get it from");
  }
  const url = new URL(realm);
  if (url.username !== "" || url.password !== "") {
    throw new Error(`the token realm ${url.host} has credentials inside its URL`);
  }
  const service = parameters["service"];
  if (service !== undefined) url.searchParams.set("service", service);
  // A challenge may ask for several scopes, separated by spaces; the service wants one parameter each.
  const asked = (parameters["scope"] ?? "").split(" ").filter((part) => part !== "");
  const scopes = asked.length > 0 || scope === "" ? asked : [scope];
  for (const part of scopes) url.searchParams.append("scope", part);
  return url;
}

/**
 * Decides whether a realm may be asked. The registry chooses the realm, and the realm gets the password:
 *
 * - https: yes, on any host. Hosted registries keep their token service elsewhere (Docker Hub: auth.docker.io), and whoever
 *   can name another host here could have asked for the password directly.
 * - http: only from a registry that is itself http, on the same host (any port), or both on loopback. Anything else
 *   would put a password in clear text on a wire where the registry's own URL does not.
 *
 * The same without credentials: what comes back is a credential, too.
 *
 * @throws Error that names the realm's host.
 */
export function mayAskRealm(realm: URL, registry: URL): void {
  if (realm.protocol === "https:") return;
  if (realm.protocol !== "http:") {
    throw new Error(`a token realm by ${realm.protocol} is not asked`);
  }
  const sameHost = registry.protocol === "http:" && realm.hostname === registry.hostname;
  if (sameHost || (isLoopback(realm.hostname) && isLoopback(registry.hostname))) return;
  throw new Error(
    `the registry sends to http://${realm.host} for a token: not asked, credentials would travel unencrypted`,
  );
}
