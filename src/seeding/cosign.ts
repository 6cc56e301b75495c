import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secrets } from "../registry/redact";
import { childEnvironment } from "../system/environment";
import { withPrivateDirectory } from "../system/privateDirectory";
import { requireTool } from "../system/tools";

/** It reads three small files. */
const longestMilliseconds = 60_000;

/** cosign could not be asked. */
export class CosignError extends Error {
  override readonly name = "CosignError";
}

/** What is signed, by what, and by whom it should be. */
interface SignedPayload {
  payload: Buffer;
  /** In base64. */
  signature: string;
  /** The public key in PEM. */
  pem: string;
}

/**
 * Whether `signature` of `payload` was made by the key, by `cosign verify-blob`: undefined where it was, else cosign's own words.
 * Everything is in files; no registry, no log and no root of trust is asked.
 *
 * @throws MissingToolError where cosign is not on PATH, CosignError where it does not come to an end
 */
export async function refusedByCosign(signed: SignedPayload): Promise<string | undefined> {
  const cosign = requireTool("cosign");
  return withPrivateDirectory((directory, signal) => {
    const file = (name: string, content: string | Buffer) => {
      const path = join(directory, name);
      writeFileSync(path, content, { mode: 0o600 });
      return path;
    };
    const key = file("key.pub", signed.pem);
    const args = [
      "verify-blob",
      ...["--key", key],
      ...["--signature", file("signature", signed.signature)],
      // The key is trusted by itself: cosign would ask the public log for who signed when.
      "--insecure-ignore-tlog=true",
      file("payload", signed.payload),
    ];
    const options = {
      env: childEnvironment({
        // What it keeps for a user is not looked at.
        HOME: directory,
        // Without the name of a root, 2.6 asks the internet for one; with a key, none is read (cmd/cosign/cli/verify/verify_blob.go).
        SIGSTORE_ROOT_FILE: key,
      }),
      timeout: longestMilliseconds,
      signal,
    };
    return new Promise((resolve, reject) => {
      execFile(cosign, args, options, (error, _, stderr) => {
        if (error === null) resolve(undefined);
        else if (typeof error.code === "number") resolve(lastWords(stderr) || error.message);
        else reject(new CosignError(`cosign did not come to an end: ${error.message}`));
      });
    });
  });
}

/** cosign says what is wrong as `Error: …`, and again with its prefix; hints stand before it. */
function lastWords(stderr: string): string {
  const lines = stderr.trim().split("\n");
  const error = lines.find((line) => line.startsWith("Error: "))?.slice("Error: ".length);
  return new Secrets().clean(error ?? lines.at(-1) ?? "", 300);
}
