import { writeFileSync } from "node:fs";

/** Writes the credentials where skopeo, crane and podman read them (containers-auth.json(5)), for this user alone. */
export function writeAuthFile(
  path: string,
  host: string,
  username: string,
  password: string,
): void {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  writeFileSync(path, `${JSON.stringify({ auths: { [host]: { auth } } }, null, 2)}\n`, {
    mode: 0o600,
  });
}
