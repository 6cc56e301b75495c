import assert from "node:assert/strict";
import sodium from "libsodium-wrappers";
import { sealedFor } from "../../../src/keys/delivery/sealedBox";

describe("a sealed box", () => {
  it("is opened by the private key alone, and is another one each time", async () => {
    await sodium.ready;
    const { ORIGINAL } = sodium.base64_variants;
    const [ours, theirs] = [sodium.crypto_box_keypair(), sodium.crypto_box_keypair()];
    const key = sodium.to_base64(ours.publicKey, ORIGINAL);
    const boxes = await Promise.all([1, 2].map(() => sealedFor(key, "zak_ä")));
    assert.notEqual(boxes[0], boxes[1]);
    for (const box of boxes) {
      const bytes = sodium.from_base64(box, ORIGINAL);
      const open = ({ publicKey, privateKey }: typeof ours) =>
        sodium.to_string(sodium.crypto_box_seal_open(bytes, publicKey, privateKey));
      assert.equal(open(ours), "zak_ä");
      assert.throws(() => open(theirs));
    }
  });

  it("is not made for what is no key", async () => {
    for (const key of ["", "AAAA", "not base64!"])
      await assert.rejects(sealedFor(key, "x"), /no Curve25519 key/);
  });
});
