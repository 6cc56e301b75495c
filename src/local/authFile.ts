import { writeFileSync } from "node:fs";
import { basicPair } from "../registry/dockerConfig";

/** Writes the credentials where skopeo, crane and podman read them (containers-auth.json(5)), for this user alone. */
export function writeAuthFile(
  path: string,
  host: string,
  username: string,
  password: string,
): void {
  const auth = basicPair({ username, password });
  writeFileSync(path, `${JSON.stringify({ auths: { [host]: { auth } } }, null, 2)}\n`, {
    mode: 0o600,
  });
}
