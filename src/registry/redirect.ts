/** Redirects that one request may take. */
export const mostRedirects = 5;

const redirects = new Set([301, 302, 303, 307, 308]);

/** Whether an answer sends its reader elsewhere. */
export function isRedirect(status: number): boolean {
  return redirects.has(status);
}

/**
 * Where a `Location` leads. Errors name the host alone: a signed download URL is a credential.
 *
 * @throws Error when it leads nowhere, to another scheme than http(s), or from https to http.
 */
export function redirectTarget(from: URL, location: string | undefined): URL {
  if (location === undefined) throw new Error("a redirect without a Location");
  if (!URL.canParse(location, from.href))
    throw new Error("a redirect to something that is not a URL");
  const target = new URL(location, from);
  if (target.protocol !== "https:" && target.protocol !== "http:") {
    throw new Error(`a redirect to ${target.protocol} is not followed`);
  }
  if (from.protocol === "https:" && target.protocol === "http:") {
    throw new Error(`a redirect from https to http://${target.host} is not followed`);
  }
  if (target.username !== "" || target.password !== "") {
    throw new Error(`a redirect to ${target.host} with credentials inside is not followed`);
  }
  return target;
}
