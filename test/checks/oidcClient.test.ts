import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { look } from "./look";
import { answering, document, json, useProviders } from "./providers";

describe("checks of a client at an identity provider", () => {
  const { provider, registry, declared } = useProviders();

  it("ZF603: a registry that knows no provider, or leads somewhere else", async () => {
    const running = await provider(
      answering((host) => ({ "/.well-known/openid-configuration": document(host) })),
    );
    const oidc = declared(running.url);
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
    assert.equal(await told(`${running.url}/auth`), "passed");
    assert.equal(await told(`${running.url}/auth`, { scope: "email openid" }), "passed");
    assert.equal(
      await told("https://evil.test/auth"),
      `it leads to https://evil.test/auth, not to ${running.url}/auth`,
    );
    assert.equal(await told(`${running.url}/auth`, { state: "" }), "it carries no state");
  });

  it("ZF604: a provider that asks anyway, or is away, proves nothing", async () => {
    const page = async (answer: RequestListener) => {
      const running = await provider(answer);
      const { url } = await registry({ location: `${running.url}/auth?client_id=zot` }, 302);
      const [found] = await look("ZF604", { url }, { oidc: declared(running.url) });
      return `${found?.status ?? ""} ${found?.detail.replaceAll(running.url, "P") ?? ""}`;
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

  it("ZF605: a provider that takes the secret by its header, by its form, or not at all", async () => {
    const { url } = await registry();
    const secret = "c4n4ry+/=";
    const told = async (takes: (authorization: string, form: string) => string, status = 400) => {
      const running = await provider((request, response) => {
        const host = `https://${request.headers.host ?? ""}`;
        if (request.method !== "POST") {
          json(response, document(host));
          return;
        }
        let form = "";
        request.on("data", (chunk: Buffer) => (form += chunk.toString()));
        request.on("end", () => {
          response.statusCode = status;
          json(response, { error: takes(request.headers.authorization ?? "", form) });
        });
      });
      const oidc = declared(running.url, { clientSecret: secret });
      const found = await look("ZF605", { url }, { oidc });
      assert.ok(!JSON.stringify(found).includes("c4n4ry"));
      return `${found[0]?.status ?? ""} ${found[0]?.detail ?? ""}`;
    };
    const basic = `Basic ${Buffer.from("zot:c4n4ry%2B%2F%3D").toString("base64")}`;
    const grant = "invalid_grant";
    const right = "passed zot: invalid_grant, as it should be";
    assert.equal(await told((sent) => (sent === basic ? grant : "invalid_client")), right);
    assert.equal(
      await told((sent, form) =>
        sent === "" && form.includes("client_secret=c4n4ry%2B%2F%3D") ? grant : "invalid_client",
      ),
      right,
    );
    assert.equal(
      await told(() => "invalid_client", 401),
      "failed it answers 401 invalid_client to zot",
    );
    assert.equal(await told(() => secret), "failed it answers 400 to zot");
  });
});
