import assert from "node:assert/strict";
import { signaturesIn, signedDigest } from "../../src/images/cosignSignature";
import type { Manifest } from "../../src/images/manifest";
import { mediaTypes } from "../../src/images/mediaTypes";
import { payloadOf } from "../support/signing";

const digest = `sha256:${"a".repeat(64)}`;

describe("what cosign keeps beside an image", () => {
  it("says which image was signed", () => {
    assert.equal(signedDigest(payloadOf(digest)), digest);
  });

  const others: [what: string, bytes: string][] = [
    ["no JSON", "{"],
    ["another document", JSON.stringify({ payloadType: "application/vnd.in-toto+json" })],
    ["another type", payloadOf(digest).toString().replace("container image", "blob")],
    ["no digest", JSON.stringify({ critical: { type: "cosign container image signature" } })],
  ];
  for (const [what, bytes] of others)
    it(`says nothing as ${what}`, () => {
      assert.equal(signedDigest(Buffer.from(bytes)), undefined);
    });

  it("is a signature for each of its layers that has one", () => {
    const layer = (annotations: Record<string, string>, mediaType = "simplesigning") => ({
      mediaType: `application/vnd.dev.cosign.${mediaType}.v1+json`,
      digest,
      size: 10,
      annotations,
    });
    const signature = "dev.cosignproject.cosign/signature";
    const document: Manifest = {
      schemaVersion: 2,
      config: { mediaType: mediaTypes.ociConfig, digest, size: 2 },
      layers: [
        layer({ [signature]: "bWU=" }),
        layer({ [signature]: "" }),
        layer({}),
        layer({ [signature]: "bWU=" }, "other"),
        layer({ [signature]: "eW91", "dev.sigstore.cosign/certificate": "no PEM" }),
      ],
    };
    const payload = { digest, size: 10 };
    assert.deepEqual(signaturesIn(document), [
      { payload, signature: "bWU=" },
      { payload, signature: "eW91", certificateOf: "nobody who can be read" },
    ]);
    assert.deepEqual(signaturesIn({ schemaVersion: 2, manifests: [] }), []);
  });
});
