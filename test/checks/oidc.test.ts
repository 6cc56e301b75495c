import assert from "node:assert/strict";
import type { RequestListener, ServerResponse } from "node:http";
import type { DeclaredOidc } from "../../src/checks/check";
import { useFakes } from "../support/fakeRegistry";
import { skipWithout } from "../support/skip";
import { makeCertificate, type TestCertificate } from "./certificates";
import { look, summary } from "./look";

type Answers = Record<string, unknown>;

const key = { kty: "RSA", use: "sig", alg: "RS256", n: "x", e: "AQAB" };

const json = (response: ServerResponse, body: unknown) => {
  response.setHeader("content-type", "application/json").end(JSON.stringify(body));
};

/** Answers paths as told, 404 elsewhere. */
const answering =
  (answers: (host: string) => Answers): RequestListener =>
  (request, response) => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const all = answers(`https://${request.headers.host ?? ""}`);
    if (Object.hasOwn(all, path)) json(response, all[path]);
    else response.writeHead(404).end();
  };

describe("checks of an identity provider", () => {
  const fakes = useFakes();
  let tls: TestCertificate;

  before(function () {
    skipWithout("openssl", this);
    tls = makeCertificate();
  });

  /** A registry that answers so to whoever wants to sign in. */
  const registry = (headers: Record<string, string> = {}, status = 200) =>
    fakes.server((request, response) => {
      if (request.url?.startsWith("/zot/") === true) response.writeHead(status, headers).end();
      else response.end();
    });

  const declared = (issuer: string, change: Partial<DeclaredOidc> = {}): DeclaredOidc => ({
    issuer,
    clientId: "zot",
    callback: "https://oci.x.test/zot/auth/callback/oidc",
    scopes: ["openid", "email"],
    ca: tls.cert,
    reachable: true,
    ...change,
  });

  const document = (issuer: string): Answers => ({
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/me`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ["code"],
    scopes_supported: ["openid", "email"],
    id_token_signing_alg_values_supported: ["RS256"],
  });

  /** What ZF601 says of a provider whose document is changed so. */
  async function usable(change: Answers, keys: unknown = { keys: [key] }) {
    const provider = await fakes.server(
      answering((host) => ({
        "/.well-known/openid-configuration": { ...document(host), ...change },
        "/keys": keys,
      })),
      tls,
    );
    const [found] = await look(
      "ZF601",
      { url: (await registry()).url },
      { oidc: declared(provider.url) },
    );
    return `${found?.status ?? ""} ${found?.detail.replaceAll(provider.url, "P") ?? ""}`;
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
      const oidc = declared((await fakes.server(page, tls)).url);
      const [found] = await look("ZF601", { url }, { oidc });
      assert.equal(found?.status, "failed");
      assert.match(found.detail, said);
    }
    const stranger = declared(
      (
        await fakes.server(
          answering(() => ({})),
          tls,
        )
      ).url,
    );
    const { ca: _, ...untrusted } = stranger;
    const [found] = await look("ZF601", { url }, { oidc: untrusted });
    assert.match(found?.detail ?? "", /self-signed/);
  });

  it("ZF602: a provider whose tokens would come from the registry's future", async () => {
    const atTime = (seconds: number) =>
      fakes.server((_request, response) => {
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

  it("ZF603: a registry that knows no provider, or leads somewhere else", async () => {
    const provider = await fakes.server(
      answering((host) => ({ "/.well-known/openid-configuration": document(host) })),
      tls,
    );
    const oidc = declared(provider.url);
    const none = await look("ZF603", { url: (await registry({}, 404)).url }, { oidc });
    assert.match(none[0]?.detail ?? "", /answers 404, and leads nowhere: this Zot knows no/);
    const sent = (to: string, change: Record<string, string> = {}) => {
      const query = new URLSearchParams({
        client_id: "zot",
        redirect_uri: oidc.callback,
        response_type: "code",
        scope: "openid email",
        state: "x",
        ...change,
      });
      return registry({ location: `${to}?${query.toString()}` }, 302);
    };
    const told = async (to: string, change?: Record<string, string>) => {
      const [found] = await look("ZF603", { url: (await sent(to, change)).url }, { oidc });
      return found?.status === "passed" ? "passed" : found?.detail;
    };
    assert.equal(await told(`${provider.url}/auth`), "passed");
    assert.equal(await told(`${provider.url}/auth`, { scope: "email openid" }), "passed");
    assert.equal(
      await told("https://evil.test/auth"),
      `it leads to https://evil.test/auth, not to ${provider.url}/auth`,
    );
    assert.equal(await told(`${provider.url}/auth`, { state: "" }), "it carries no state");
  });

  it("ZF604: a provider that asks anyway, or is away, proves nothing", async () => {
    const page = async (answer: RequestListener) => {
      const provider = await fakes.server(answer, tls);
      const { url } = await registry({ location: `${provider.url}/auth?client_id=zot` }, 302);
      const [found] = await look("ZF604", { url }, { oidc: declared(provider.url) });
      return `${found?.status ?? ""} ${found?.detail.replaceAll(provider.url, "P") ?? ""}`;
    };
    const back = (query: string) => declared("").callback + query;
    const to = (location: string): RequestListener => {
      return (_request, response) => response.writeHead(302, { location }).end();
    };
    assert.match(
      await page((_request, response) => response.end("<html>")),
      /^skipped it answers 200/,
    );
    assert.match(
      await page(to("https://x.test/login")),
      /^skipped it goes on to https:\/\/x\.test/,
    );
    assert.match(
      await page((_request, response) => response.writeHead(502).end()),
      /^failed .*502/,
    );
    assert.match(await page(to(back("?error=login_required"))), /^passed/);
    assert.equal(
      await page(to(back("?error=invalid_scope"))),
      "failed it sends zot back with the error invalid_scope",
    );
    assert.match(await page(to(back("?error=%1b[31m"))), /^failed .*no error that OpenID/);
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
