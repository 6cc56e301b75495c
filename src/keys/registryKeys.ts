import { z } from "zod";
import { RegistryError, type RawAnswer, type RegistryClient } from "../registry/client";

/** A key as Zot lists it; its text is shown once, when it is made. */
export interface RegistryKey {
  /** Its UUID. */
  id: string;
  label: string;
  /** RFC 3339. */
  createdAt: string;
  /** RFC 3339; absent where it never expires. */
  expiresAt?: string;
}

/** A key that was just made. */
export interface MadeKey extends RegistryKey {
  /** What goes in as the password, `zak_…`. A secret. */
  key: string;
}

const path = "/zot/auth/apikey";

/** Go's zero time stands for "never". */
const never = "0001-01-01T00:00:00Z";

const details = z.looseObject({
  uuid: z.string(),
  label: z.string(),
  createdAt: z.string(),
  expirationDate: z.string(),
});
const list = z.looseObject({ apiKeys: z.array(details) });
const made = details.extend({ apiKey: z.string().startsWith("zak_") });

/**
 * The keys of the account that `client` signs in as (Zot 2.1.18, pkg/api/routes.go, GetAPIKeys). There is no list of everybody's.
 *
 * @throws RegistryError with status 401 where the account is refused, 404 where API keys are off
 */
export async function listKeys(client: RegistryClient): Promise<RegistryKey[]> {
  const { apiKeys } = await ask(client, "GET", path, list);
  // A key that was used while it was deleted leaves an entry without an id, which opens nothing.
  return apiKeys.filter(({ uuid }) => uuid !== "").map(keyOf);
}

/** Makes a key for the account that `client` signs in as. Not tried again: a try whose answer was lost may have made one. */
export async function makeKey(
  client: RegistryClient,
  { label, expiresAt }: { label: string; expiresAt: string },
): Promise<MadeKey> {
  // Scopes are stored, and hold nobody back (pkg/api/authz.go asks for the account's rights alone).
  const wish = { label, scopes: [], expirationDate: expiresAt };
  const answer = await ask(client, "POST", path, made, wish);
  return { ...keyOf(answer), key: answer.apiKey };
}

/**
 * Revokes keys of the account that `client` signs in as, and looks whether they are gone.
 *
 * @param self the key that `client` signs in with, where it does: it goes last, since nothing can be done with it afterwards
 */
export async function revokeKeys(
  client: RegistryClient,
  ids: readonly string[],
  self?: string,
): Promise<void> {
  const others = ids.filter((id) => id !== self);
  for (const id of others) await revokeKey(client, id);
  if (others.length > 0) {
    const left = (await listKeys(client)).filter(({ id }) => others.includes(id));
    if (left.length > 0)
      throw wrong(client, "DELETE", `${left.length} keys are still there after they were revoked`);
  }
  if (self !== undefined && ids.includes(self)) await revokeKey(client, self);
}

/** How often an account's keys are listed anew: a key makes others, so that one may come while another goes. */
const rounds = 10;

/**
 * Revokes every key that `which` names of the account that `client` signs in as, until a list has none of them.
 *
 * @param self the key that `client` signs in with, where it does: it goes last
 */
export async function revokeEvery(
  client: RegistryClient,
  which: (key: RegistryKey) => boolean,
  self?: string,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const ids = (await listKeys(client)).filter(which).map(({ id }) => id);
    if (ids.every((id) => id === self)) return revokeKeys(client, ids, self);
    await revokeKeys(
      client,
      ids.filter((id) => id !== self),
    );
  }
  throw wrong(client, "GET", "there are new keys whenever the old ones are revoked");
}

/** One that is not there is no error to Zot. */
const revokeKey = (client: RegistryClient, id: string) =>
  ask(client, "DELETE", `${path}?id=${encodeURIComponent(id)}`, z.unknown());

/** Whether the registry refuses the account, as it does once that is gone. */
export const isRefused = (error: unknown): boolean => hasStatus(error, 401);

/** Whether the registry has no API keys at all. */
export const isOff = (error: unknown): boolean => hasStatus(error, 404);

const hasStatus = (error: unknown, status: number) =>
  error instanceof RegistryError && error.status === status;

function keyOf({ uuid, label, createdAt, expirationDate }: z.output<typeof details>): RegistryKey {
  return {
    id: uuid,
    label,
    createdAt,
    ...(expirationDate === never ? {} : { expiresAt: expirationDate }),
  };
}

async function ask<T>(
  client: RegistryClient,
  method: "GET" | "POST" | "DELETE",
  target: string,
  shape: z.ZodType<T>,
  body?: object,
): Promise<T> {
  const answer = await client.request({
    method,
    path: target,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  if (answer.status < 200 || answer.status > 299)
    throw wrong(client, method, meaning(answer), answer.status);
  const { data, success } = shape.safeParse(json(answer));
  if (!success) throw wrong(client, method, "answered with something that is no list of API keys");
  return data;
}

function meaning({ status }: RawAnswer): string {
  if (status === 401) return "401: the account is refused";
  if (status === 404) return "404: it has no API keys (http.auth.apikey)";
  return `answered ${status}`;
}

/** Never the answer's own words: to a POST they are the key. */
const wrong = (client: RegistryClient, method: string, words: string, status?: number) =>
  new RegistryError(`${method} ${path} at ${client.origin}: ${words}`, {
    method,
    path,
    reason: status === undefined ? "answer" : "status",
    ...(status === undefined ? {} : { status }),
  });

function json({ body }: RawAnswer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
