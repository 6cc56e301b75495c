import { randomBytes } from "node:crypto";

/** Keys that sign and encrypt the cookies of sessions: with others, everybody has to sign in again. */
export interface SessionKeys {
  /** 64 bytes, all of them characters. */
  hashKey: string;
  /** 32 bytes, all of them characters: AES-256. */
  encryptKey: string;
}

/** New keys, of the system's randomness. Zot takes the characters themselves for the key (pkg/cli/server/root.go, loadSessionKeys). */
export function newSessionKeys(): SessionKeys {
  return {
    hashKey: randomBytes(48).toString("base64url"),
    encryptKey: randomBytes(24).toString("base64url"),
  };
}

/** The file of the session keys. */
export function sessionKeysFile({ hashKey, encryptKey }: SessionKeys): string {
  return JSON.stringify({ hashKey, encryptKey });
}
