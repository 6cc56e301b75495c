import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import type { AddressInfo } from "node:net";
import { vaultKey, type StackKey } from "./stackKey";

/**
 * A Vault in its least form (developer.hashicorp.com, "Transit secrets engine"), which hides nothing: a passphrase takes Pulumi a second
 * of each run.
 */
export class Vault {
  readonly #server = createServer((request, response) => {
    void text(request).then((body) => {
      const { plaintext, ciphertext = "" } = JSON.parse(body) as Record<string, string>;
      const data =
        plaintext === undefined
          ? { plaintext: ciphertext.replace("vault:v1:", "") }
          : { ciphertext: `vault:v1:${plaintext}` };
      response.setHeader("content-type", "application/json").end(JSON.stringify({ data }));
    });
  });

  async open(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** What tells Pulumi where it is. */
  environment(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo;
    return { VAULT_SERVER_URL: `http://127.0.0.1:${port}`, VAULT_SERVER_TOKEN: "none" };
  }

  newKey(): StackKey {
    const key = randomBytes(32);
    const sealed = Buffer.from(`vault:v1:${key.toString("base64")}`);
    return vaultKey(key, sealed.toString("base64"));
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}
