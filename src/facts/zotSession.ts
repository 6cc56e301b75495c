import { RegistryClient, RegistryError, type RegistryClientOptions } from "../registry/client";

/** Zot keeps a session for clients that say so (pkg/api/authn.go, hasSessionHeader); its own pages are such a client. */
const sessionHeader = { "x-zot-api-client": "zot-ui" };

/**
 * Runs `work` with a client for many requests, which is closed afterwards. Zot hashes a password with bcrypt and writes a
 * profile for every request that brings one (basicAuthn), so that a thousand small requests take seconds: here it is asked
 * once for a session, which ends with the work. Rights are the same; a registry without sessions is asked as usual.
 */
export async function withSession<T>(
  options: RegistryClientOptions,
  work: (client: RegistryClient) => Promise<T>,
): Promise<T> {
  const { credentials, ...rest } = options;
  await using usual = new RegistryClient(options);
  const cookie = credentials === undefined ? undefined : await signIn(usual);
  if (cookie === undefined) return await work(usual);
  await using client = new RegistryClient({ ...rest, proof: { ...sessionHeader, cookie } });
  try {
    return await work(client);
  } finally {
    await signOut(client);
  }
}

/** The session's cookie; undefined where there is none to be had, whatever the reason: `work` will meet it. */
async function signIn(client: RegistryClient): Promise<string | undefined> {
  try {
    const path = "/v2/";
    const { status, headers } = await client.request({
      method: "GET",
      path,
      headers: sessionHeader,
    });
    const session = /(?:^|, )(session=[^;,\s]+)/.exec(headers["set-cookie"] ?? "")?.[1];
    return status === 200 ? session : undefined;
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}

/** Zot forgets a session by itself, after two hours: a failure to end it sooner is nobody's trouble. */
async function signOut(client: RegistryClient): Promise<void> {
  try {
    await client.request({ method: "POST", path: "/zot/auth/logout", body: "" });
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
  }
}
