/** An account of one registry host, with its password or an API key in its place. */
export interface Login {
  /** Such as `oci.killinit.cc`. */
  host: string;
  username: string;
  password: string;
}

/** The text that docker, skopeo, crane and kubelet read an account from (kubernetes.io, "Pull an Image from a Private Registry"). */
export function dockerConfig({ host, username, password }: Login): string {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [host]: { username, password, auth } } });
}
