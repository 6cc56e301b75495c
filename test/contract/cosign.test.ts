import assert from "node:assert/strict";
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { refusedByCosign } from "../../src/seeding/cosign";
import { skipWithout } from "../support/skip";

const pemOf = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();
const payload = Buffer.from("what is signed");

describe("cosign itself", function () {
  this.timeout(120_000);
  before(function () {
    skipWithout("cosign", this);
  });

  const kinds = {
    "ECDSA P-256": () => generateKeyPairSync("ec", { namedCurve: "prime256v1" }),
    "ECDSA P-384": () => generateKeyPairSync("ec", { namedCurve: "secp384r1" }),
    "RSA 2048": () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  };
  for (const [kind, pair] of Object.entries(kinds))
    it(`tells who signed by ${kind}`, async () => {
      const [ci, other] = [pair(), pair()];
      const signature = sign("sha256", payload, ci.privateKey).toString("base64");
      const pem = pemOf(ci.publicKey);
      const signed = { payload, signature, pem };
      assert.equal(await refusedByCosign(signed), undefined);
      const wrong = [
        { ...signed, pem: pemOf(other.publicKey) },
        { ...signed, payload: Buffer.from("what is not") },
        { ...signed, signature: "bm9uZQ==" },
        { ...signed, signature: "no base64" },
        { ...signed, signature: "" },
        { ...signed, pem: "no key" },
      ];
      for (const each of wrong) assert.notEqual(await refusedByCosign(each), undefined);
    });

  it("asks nobody", async () => {
    let asked = 0;
    const proxy = createServer((socket) => {
      asked++;
      socket.destroy();
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port } = proxy.address() as AddressInfo;
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const signature = sign("sha256", payload, privateKey).toString("base64");
    const before = process.env["HTTPS_PROXY"];
    process.env["HTTPS_PROXY"] = `http://127.0.0.1:${port}`;
    try {
      assert.equal(await refusedByCosign({ payload, signature, pem: pemOf(publicKey) }), undefined);
    } finally {
      if (before === undefined) delete process.env["HTTPS_PROXY"];
      else process.env["HTTPS_PROXY"] = before;
      proxy.close();
    }
    assert.equal(asked, 0);
  });
});
