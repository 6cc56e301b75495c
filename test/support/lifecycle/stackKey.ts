import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

/** What encrypts the secrets of a stack file and of its state. */
export interface StackKey {
  /** What the stack file tells Pulumi of it. */
  settings: Readonly<Record<string, string>>;
  encrypt: (text: string) => string;
  decrypt: (sealed: string) => string;
}

/** A million rounds take a second. */
const known = new Map<string, Buffer>();

/** Pulumi's passphrase secrets (sdk/go/common/resource/config/crypt.go): PBKDF2, then AES-256-GCM. */
export function passphraseKey(passphrase: string, salt: Buffer): StackKey {
  const name = `${passphrase} ${salt.toString("hex")}`;
  const key = known.get(name) ?? pbkdf2Sync(passphrase, salt, 1_000_000, 32, "sha256");
  known.set(name, key);
  const sealing = sealingWith(key);
  const encryptionsalt = `v1:${salt.toString("base64")}:${sealing.encrypt("pulumi")}`;
  return { settings: { encryptionsalt }, ...sealing };
}

/** A key that a Vault keeps (vault.ts), as Pulumi writes it for a secrets provider (pkg/secrets/cloud/manager.go). */
export function vaultKey(key: Buffer, encryptedkey: string): StackKey {
  return { settings: { secretsprovider: "hashivault://tests", encryptedkey }, ...sealingWith(key) };
}

function sealingWith(key: Buffer): Pick<StackKey, "encrypt" | "decrypt"> {
  return {
    encrypt: (text) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
      return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
    },
    decrypt: (sealed) => {
      const [, nonce = "", cipher = ""] = sealed.split(":");
      const bytes = Buffer.from(cipher, "base64");
      const opened = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
      opened.setAuthTag(bytes.subarray(-16));
      return opened.update(bytes.subarray(0, -16), undefined, "utf8") + opened.final("utf8");
    },
  };
}
