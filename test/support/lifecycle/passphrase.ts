import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

/** What encrypts the secrets of a stack file. */
export interface StackKey {
  /** `encryptionsalt` of the stack file. */
  salt: string;
  encrypt: (text: string) => string;
}

/** Pulumi's passphrase secrets (sdk/go/common/resource/config/crypt.go): PBKDF2, then AES-256-GCM. */
export function stackKey(passphrase: string, salt = randomBytes(8)): StackKey {
  const key = pbkdf2Sync(passphrase, salt, 1_000_000, 32, "sha256");
  const encrypt = (text: string) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
  };
  return { salt: `v1:${salt.toString("base64")}:${encrypt("pulumi")}`, encrypt };
}
