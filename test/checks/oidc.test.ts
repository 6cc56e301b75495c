import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { look, summary } from "./look";
import { answering, document, useProviders, type Answers } from "./providers";

const key = { kty: "RSA", use: "sig", alg: "RS256", n: "x", e: "AQAB" };

describe("checks of an identity provider", () => {
  const { server, provider, registry, declared } = useProviders();

  /** What ZF601 says of a provider whose document is changed so. */
  async function usable(change: Answers, keys: unknown = { keys: [key] }) {
    const running = await provider(
      answering((host) => ({
        "/.well-known/openid-configuration": { ...document(host), ...change },
        "/keys": keys,
      })),
    );
    const [found] = await look(
      "ZF601",
      { url: (await registry()).url },
      { oidc: declared(running.url) },
    );
    return `${found?.status ?? ""} ${found?.detail.replaceAll(running.url, "P") ?? ""}`;
  }

  const at = "P/.well-known/openid-configuration: ";
  for (const [what, change, said] of [
    ["what Zot can use", {}, "passed P"],
    [
      "another name",
      { issuer: "https://auth.x.test" },
      `failed ${at}it calls itself "https://auth.x.test", and "P" is declared`,
    ],
    ["no endpoint", { userinfo_endpoint: undefined }, `failed ${at}it names no userinfo_endpoint`],
    [
      "an endpoint without TLS",
      { token_endpoint: "http://x.test/token" },
      `failed ${at}its token_endpoint is "http://x.test/token", which is not https`,
    ],
    [
      "tokens that are signed with the client's secret",
      { id_token_signing_alg_values_supported: ["HS256"] },
      `failed ${at}it signs with HS256, of which Zot takes none: it takes RS256, ES256, PS256`,
    ],
    [
      "no codes",
      { response_types_supported: ["id_token"] },
      `failed ${at}it does not know the response type code`,
    ],
    [
      "scopes that are not asked for",
      { scopes_supported: ["openid"] },
      "warning P does not list the scope email",
    ],
    ["no word of its scopes", { scopes_supported: undefined }, "passed P"],
  ] as const)
    it(`ZF601: a provider with ${what}`, async () => {
      assert.equal(await usable(change), said);
    });

  it("ZF601: a provider without a key that Zot takes", async () => {
    for (const keys of [{}, { keys: [] }, { keys: [{ ...key, use: "enc" }] }, "none"])
      assert.equal(
        await usable({}, keys),
        `failed ${at}its keys, P/keys, hold none that signs with RS256, ES256, PS256`,
      );
    assert.match(await usable({ jwks_uri: "https://127.0.0.1:9/keys" }), /connection refused/);
  });

  it("ZF601: no provider at all", async () => {
    const { url } = await registry();
    const pages: [RequestListener, RegExp][] = [
      [answering(() => ({})), /answers 404$/],
      [(_request, response) => response.end("<html>"), /is no discovery document/],
      [answering(() => ({ "/.well-known/openid-configuration": {} })), /is no discovery document/],
    ];
    for (const [page, said] of pages) {
      const oidc = declared((await provider(page)).url);
      const [found] = await look("ZF601", { url }, { oidc });
      assert.equal(found?.status, "failed");
      assert.match(found.detail, said);
    }
    const stranger = declared((await provider(answering(() => ({})))).url);
    const { ca: _, ...untrusted } = stranger;
    const [found] = await look("ZF601", { url }, { oidc: untrusted });
    assert.match(found?.detail ?? "", /self-signed/);
  });

  it("ZF602: a provider whose tokens would come from the registry's future", async () => {
    const atTime = (seconds: number) =>
      server((_request, response) => {
        response.sendDate = false;
        response.setHeader("date", new Date(Date.now() + seconds * 1000).toUTCString()).end();
      });
    const clock = async (provider: number, here: number) => {
      const oidc = declared((await atTime(provider)).url);
      return summary(await look("ZF602", { url: (await atTime(here)).url }, { oidc }));
    };
    assert.equal(await clock(0, 0), "passed");
    assert.equal(await clock(30, 0), "failed");
    assert.equal(await clock(30, 30), "passed");
    assert.equal(await clock(0, -30), "failed");
    // Tokens from the past are taken until they end.
    assert.equal(await clock(-30, 0), "passed");
  });

  it("all are skipped, with the reason, where nobody signs in", async () => {
    const { url } = await registry();
    for (const code of ["ZF601", "ZF602", "ZF603", "ZF604", "ZF605"]) {
      const [found] = await look(code, { url });
      assert.deepEqual(
        [found?.status, found?.detail],
        ["skipped", "no identity provider is declared"],
      );
    }
  });
});
