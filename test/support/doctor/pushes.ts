import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Credentials } from "../../../src/registry/client";

export interface Push {
  /** A docker-archive, or any source of skopeo's. */
  source: string;
  /** Such as `oci.fleet.test/team/app:v1`. */
  target: string;
  credentials: Credentials;
  ca?: string;
  /** More arguments of `skopeo copy`. Default: `--format oci`. */
  args?: readonly string[];
}

/** Pushes by skopeo, as a user would, and gives what it said: an empty text where all went well. */
export async function pushed(push: Push): Promise<string> {
  const { source, target, credentials, ca, args = ["--format", "oci"] } = push;
  const folder = mkdtempSync(join(tmpdir(), "zot-fleet-push-"));
  try {
    const host = target.split("/")[0] ?? "";
    const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64");
    writeFileSync(join(folder, "auth.json"), JSON.stringify({ auths: { [host]: { auth } } }));
    if (ca !== undefined) writeFileSync(join(folder, "ca.crt"), ca);
    const trust = ca === undefined ? ["--dest-tls-verify=false"] : ["--dest-cert-dir", folder];
    const files = ["--authfile", join(folder, "auth.json"), ...trust];
    const from = source.includes(":") ? source : `docker-archive:${source}`;
    await promisify(execFile)("skopeo", [
      "--insecure-policy",
      ...["--tmpdir", folder, "copy", "--quiet", ...args, ...files],
      ...[from, `docker://${target}`],
    ]);
    return "";
  } catch (error) {
    return (error as { stderr?: string }).stderr ?? String(error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
