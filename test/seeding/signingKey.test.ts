import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { sha256 } from "../../src/images/digest";
import { parseSigningKey, readSigningKey } from "../../src/seeding/signingKey";
import { useScratch } from "../images/scratch";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
const path = "keys/ci.pub";

describe("the key that signs images", () => {
  const scratch = useScratch();

  it("is known by the SHA-256 of its DER, however its PEM is laid out", () => {
    const key = parseSigningKey(pem, path);
    const der = Buffer.from(pem.replace(/-----.*-----|\s/g, ""), "base64");
    assert.deepEqual(key, { path, pem, fingerprint: sha256(der) });
    for (const other of [pem.replaceAll("\n", "\r\n"), `# of our CI\n${pem}`, pem.trim()])
      assert.deepEqual(parseSigningKey(other, path), key);
  });

  it("is read from the project's root", () => {
    mkdirSync(scratch("keys"));
    writeFileSync(scratch(path), pem);
    assert.equal(readSigningKey(scratch(""), path).pem, pem);
    assert.throws(
      () => readSigningKey(scratch(""), "keys/none.pub"),
      /^Error: keys\/none\.pub, by which images are signed, cannot be read: ENOENT/,
    );
  });

  const wrong: [what: string, text: string, found: RegExp][] = [
    ["an empty file", "", /found no PEM/],
    [
      "a private key",
      privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      /found a private key, which belongs into no repository/,
    ],
    [
      "cosign's private key",
      "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n",
      /found a private key/,
    ],
    ["two keys", pem + pem, /found 2 blocks of PEM/],
    [
      "a certificate",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      /found a CERTIFICATE/,
    ],
    [
      "a key that is none",
      "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
      /found what is no key/,
    ],
  ];
  for (const [what, text, found] of wrong)
    it(`is not ${what}`, () => {
      assert.throws(() => parseSigningKey(text, path), found);
      assert.throws(() => parseSigningKey(text, path), /^Error: keys\/ci\.pub: .*one public key/);
    });
});
