import { cpSync } from "node:fs";
import { join } from "node:path";
import { makeKey } from "../../src/keys/registryKeys";
import { RegistryClient, type Credentials } from "../../src/registry/client";
import { layImage } from "./ociLayout";
import { startZot, type RunningRegistry, type ZotOptions } from "./registry";

const actions = ["read", "create", "update", "delete"];

/** Accounts by name, with their passwords; `admin` may do everything, the others read and create. */
export type Users = Record<string, string>;

const openControl = (users: Users) => ({
  repositories: {
    "**": {
      policies: [{ users: Object.keys(users), actions: ["read", "create"] }],
      defaultPolicy: ["read"],
    },
  },
  adminPolicy: { users: ["admin"], actions },
});

const config = (
  users: Users,
  accessControl: object = openControl(users),
): NonNullable<ZotOptions["config"]> => ({
  http: { auth: { htpasswd: { path: "htpasswd" }, apikey: true }, accessControl },
});

/** A Zot with API keys, and an image in it: `team/app:1.0`. */
export const startZotWithKeys = (users: Users): Promise<RunningRegistry> =>
  startZot({
    users,
    config: config(users),
    prepare: (storage) => layImage(storage, "team/app", ["1.0"]),
  });

/** The same registry with other accounts: what a pod that restarted with a new htpasswd file is. */
export async function restartWith(
  zot: RunningRegistry,
  users: Users,
  policiesFor = users,
  accessControl?: object,
) {
  await zot.quiet();
  const next = await startZot({
    users,
    config: config(policiesFor, accessControl),
    prepare: (storage) => {
      cpSync(join(zot.folder, "storage"), storage, { recursive: true });
      return Promise.resolve();
    },
  });
  await zot.stop();
  return next;
}

/** What the registry answers `credentials`. */
export async function withCredentials<T>(
  { url }: Pick<RunningRegistry, "url">,
  credentials: Credentials | undefined,
  ask: (client: RegistryClient) => Promise<T>,
): Promise<T> {
  const client = new RegistryClient({
    url,
    retries: 0,
    ...(credentials === undefined ? {} : { credentials }),
  });
  try {
    return await ask(client);
  } finally {
    await client.close();
  }
}

/** A key that somebody makes for an account by hand. */
export const keyByHand = (
  zot: Pick<RunningRegistry, "url">,
  account: Credentials,
): Promise<Credentials> =>
  withCredentials(zot, account, async (client) => {
    const { key } = await makeKey(client, { label: "laptop", expiresAt: "" });
    return { username: account.username, password: key };
  });

/** The status of `GET /v2/`. */
export const signsIn = (zot: Pick<RunningRegistry, "url">, credentials: Credentials) =>
  withCredentials(zot, credentials, async (client) => {
    const { status } = await client.request({ method: "GET", path: "/v2/" });
    return status;
  });
