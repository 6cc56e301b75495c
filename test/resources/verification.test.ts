import assert from "node:assert/strict";
import type { DeclaredOidc } from "../../src/checks/expectations";
import { verification, type VerificationInputs } from "../../src/resources/verification";

const oidc: DeclaredOidc = {
  issuer: "https://auth.x.test/",
  clientId: "zot",
  clientSecret: "secret",
  callback: "https://oci.x.test/zot/auth/callback/oidc",
  scopes: ["openid"],
  reachable: true,
};

const inputs: VerificationInputs = {
  endpoint: { via: "address", url: "https://oci.x.test" },
  accounts: [],
  images: [],
  oidc,
};

const changes = async (news: VerificationInputs) =>
  (await verification.provider.diff("id", { ...inputs, results: [] }, news)).changes;

describe("the provider of a verification", () => {
  it("runs again when what people sign in by changes, and not otherwise", async () => {
    assert.equal(await changes({ ...inputs, oidc: { ...oidc } }), false);
    assert.equal(await changes({ ...inputs, oidc: { ...oidc, clientSecret: "other" } }), true);
    const { oidc: _, ...without } = inputs;
    assert.equal(await changes(without), true);
  });

  it("runs again where the last one failed, also when a refresh has forgotten that it did", async () => {
    const of = async (status: "passed" | "failed" | "warning") => {
      const result = { code: "ZF101", title: "", hint: "", detail: "", status };
      return (await verification.provider.diff("id", { ...inputs, results: [result] }, inputs))
        .changes;
    };
    assert.deepEqual(
      [await of("passed"), await of("warning"), await of("failed")],
      [false, false, true],
    );
  });
});
