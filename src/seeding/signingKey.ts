import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../images/digest";

/** The public key that signs what comes from a source. */
export interface SigningKey {
  /** From the project's root, as the stack file has it. */
  path: string;
  pem: string;
  /** The SHA-256 of the key's DER, as `openssl pkey -pubin -outform DER | sha256sum` tells it: `sha256:<hex>`. */
  fingerprint: string;
}

/** Reads the public key at `path` of a project. @throws Error that says what is there in its place */
export function readSigningKey(project: string, path: string): SigningKey {
  let text: string;
  try {
    text = readFileSync(join(project, path), "utf8");
  } catch (error) {
    throw new Error(
      `${path}, by which images are signed, cannot be read: ${(error as Error).message}`,
    );
  }
  return parseSigningKey(text, path);
}

/** The same of its text. However the PEM is laid out, the key is one key. */
export function parseSigningKey(text: string, path: string): SigningKey {
  const blocks = [...text.matchAll(/-----BEGIN ([^-\r\n]+)-----/g)].map(([, name = ""]) => name);
  const [block] = blocks;
  const wrong = (found: string) =>
    new Error(
      `${path}: found ${found}, allowed: one public key in PEM (-----BEGIN PUBLIC KEY-----), as "cosign public-key" prints it`,
    );
  if (block === undefined) throw wrong("no PEM");
  if (blocks.some((name) => name.includes("PRIVATE")))
    throw wrong("a private key, which belongs into no repository: make another pair");
  if (blocks.length > 1) throw wrong(`${blocks.length} blocks of PEM`);
  if (block !== "PUBLIC KEY") throw wrong(`a ${block}`);
  try {
    const key = createPublicKey(text);
    return {
      path,
      pem: key.export({ type: "spki", format: "pem" }).toString(),
      fingerprint: sha256(key.export({ type: "spki", format: "der" })),
    };
  } catch (error) {
    throw wrong(`what is no key (${(error as Error).message})`);
  }
}
