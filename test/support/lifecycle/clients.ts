import type { Credentials } from "../../../src/registry/client";
import { isPlain } from "../standIn/fields";
import { forgeNames, type Wish } from "./edits";
import type { World } from "./world";

/** What somebody was handed, and where. */
export interface Handed extends Credentials {
  where: string;
}

interface StateResource {
  type: string;
  urn: string;
  outputs?: Record<string, unknown>;
}

/** Values of a state without the marks of secrets. */
export function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (!isPlain(value)) return value;
  if (typeof value["plaintext"] === "string") return revealed(JSON.parse(value["plaintext"]));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revealed(each)]));
}

const decoded = (text: unknown) => Buffer.from(String(text), "base64").toString();

/** The logins in a docker config, whichever host they are for. */
function loginsIn(text: string): Credentials[] {
  const { auths } = JSON.parse(text) as { auths: Record<string, { auth: string }> };
  return Object.values(auths).map(({ auth }) => {
    const [username = "", ...rest] = decoded(auth).split(":");
    return { username, password: rest.join(":") };
  });
}

/** Everything that clients hold now: accounts of the state, pull secrets, delivered keys. */
export async function handedOut(world: World): Promise<Handed[]> {
  const exported = JSON.parse(world.project.export(true)) as {
    deployment: { resources?: StateResource[] };
  };
  const resources = exported.deployment.resources ?? [];
  const accounts = resources.flatMap(({ type, outputs }) => {
    if (!type.endsWith(":Account")) return [];
    const { username, plainPassword } = revealed(outputs) as {
      username: string;
      plainPassword?: string | null;
    };
    // Of an htpasswd line nobody knows the password.
    return typeof plainPassword === "string"
      ? [{ username, password: plainPassword, where: `account ${username}` }]
      : [];
  });
  const secrets = (await world.secrets()).flatMap(({ metadata, ...object }) => {
    const data = object["data"] as Record<string, string> | undefined;
    const config = data?.[".dockerconfigjson"];
    if (config === undefined) return [];
    return loginsIn(decoded(config)).map((login) => ({
      ...login,
      where: `${metadata.namespace ?? ""}/${metadata.name}`,
    }));
  });
  const { secrets: forge } = world.forge;
  const at = (name: string) => forge.get(`/repos/team/app/actions/secrets/${name}`);
  // A forge shows nobody what it holds: what lies there of a key that goes elsewhere now is dead, and stays.
  const delivered = Object.entries(world.wish.keys).flatMap(([key, { to }]) => {
    if (to !== "forgejo") return [];
    const { usernameSecret, keySecret } = forgeNames(key);
    const [username, password] = [at(usernameSecret), at(keySecret)];
    return username === undefined || password === undefined
      ? []
      : [{ username, password, where: `forge ${keySecret}` }];
  });
  return [...accounts, ...secrets, ...delivered];
}

/** Whether a wish keeps the account of a login alive, whatever its password. */
export function isDeclared({ rotation, keepPrevious, keep }: Wish, username: string): boolean {
  const [, generation] = /^(?:puller|ci)-(\d+)$/.exec(username) ?? [];
  if (generation === undefined) return username === "admin" || username === "fleet";
  const number = Number(generation);
  if (keep !== undefined) return [rotation, ...keep].includes(number);
  return number === rotation || (keepPrevious && number === rotation - 1);
}
