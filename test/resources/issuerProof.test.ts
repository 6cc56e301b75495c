import assert from "node:assert/strict";
import { issuerProof, type IssuerProofInputs } from "../../src/resources/issuerProof";

const inputs: IssuerProofInputs = {
  issuer: "https://auth.x.test/",
  clientId: "zot",
  clientSecret: "secret",
  callback: "https://oci.x.test/zot/auth/callback/oidc",
  scopes: ["openid"],
  reachable: false,
};

describe("the provider of the look at an identity provider", () => {
  it("changes nothing as long as nothing else does", async () => {
    const { id, outs } = await issuerProof.provider.create(inputs);
    assert.deepEqual(await issuerProof.provider.diff(id, outs, { ...inputs }), { changes: false });
    assert.deepEqual(await issuerProof.provider.read(id, outs), { id, props: outs });
  });

  for (const change of [
    { issuer: "https://auth.x.test" },
    { clientId: "other" },
    { clientSecret: "other" },
    { callback: "https://oci.y.test/zot/auth/callback/oidc" },
    { scopes: ["openid", "groups"] },
    { ca: "other" },
    { reachable: true },
  ])
    it(`looks again where it has another ${Object.keys(change).join()}`, async () => {
      const { id, outs } = await issuerProof.provider.create(inputs);
      const news = { ...inputs, ...change };
      assert.deepEqual(await issuerProof.provider.diff(id, outs, news), { changes: true });
    });
});
