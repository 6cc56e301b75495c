import { createHash } from "node:crypto";

/** The digest of `bytes` as registries write it: `sha256:` and 64 hex digits. */
export function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
