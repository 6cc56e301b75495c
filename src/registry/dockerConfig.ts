/** An account of one registry, with its password or an API key in its place. */
export interface Login {
  /** Such as `oci.killinit.cc`. */
  host: string;
  /** More names of the same registry. @default none */
  aliases?: readonly string[];
  username: string;
  password: string;
}

/** The text that docker, skopeo, crane and kubelet read an account from (kubernetes.io, "Pull an Image from a Private Registry"). */
export function dockerConfig({ host, aliases = [], username, password }: Login): string {
  const auth = basicPair({ username, password });
  const hosts = [host, ...aliases].map((name) => [name, { username, password, auth }]);
  return JSON.stringify({ auths: Object.fromEntries(hosts) as object });
}

/** Whether such a text holds a login, for whichever host: the registry may have had another name when it was written. */
export const holdsLogin = (text: string, login: Pick<Login, "username" | "password">): boolean =>
  text.includes(JSON.stringify(basicPair(login)));

/** A login as HTTP's Basic scheme and docker's config write it (RFC 7617). */
export const basicPair = ({ username, password }: Pick<Login, "username" | "password">) =>
  Buffer.from(`${username}:${password}`).toString("base64");
