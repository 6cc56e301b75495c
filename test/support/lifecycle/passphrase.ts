import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

/** What encrypts the secrets of a stack file and of its state. */
export interface StackKey {
  /** `encryptionsalt` of the stack file. */
  salt: string;
  encrypt: (text: string) => string;
  decrypt: (sealed: string) => string;
}

/** A million rounds take a second. */
const known = new Map<string, Buffer>();

/** Pulumi's passphrase secrets (sdk/go/common/resource/config/crypt.go): PBKDF2, then AES-256-GCM. */
export function stackKey(passphrase: string, salt = randomBytes(8)): StackKey {
  const name = `${passphrase} ${salt.toString("hex")}`;
  const key = known.get(name) ?? pbkdf2Sync(passphrase, salt, 1_000_000, 32, "sha256");
  known.set(name, key);
  const encrypt = (text: string) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
  };
  const decrypt = (sealed: string) => {
    const [, nonce = "", cipher = ""] = sealed.split(":");
    const bytes = Buffer.from(cipher, "base64");
    const opened = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    opened.setAuthTag(bytes.subarray(-16));
    return opened.update(bytes.subarray(0, -16), undefined, "utf8") + opened.final("utf8");
  };
  return { salt: `v1:${salt.toString("base64")}:${encrypt("pulumi")}`, encrypt, decrypt };
}
