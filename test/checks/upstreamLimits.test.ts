import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import type { ExpectedUpstream } from "../../src/checks/expectations";
import { useFakes } from "../support/fakeRegistry";
import { look } from "./look";

const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

describe("the pull limits of Docker Hub", () => {
  const fakes = useFakes();

  /**
   * Docker Hub as docs.docker.com describes it: a token for `ratelimitpreview/test` from a realm, anonymous or under an account, then a HEAD
   * whose headers tell the limit, none of them where there is no limit.
   */
  const hub =
    (limits: Record<string, [remaining: number, most: number] | undefined>): RequestListener =>
    (request, response) => {
      const { authorization = "", host = "" } = request.headers;
      const { pathname, searchParams } = new URL(request.url ?? "", `http://${host}`);
      if (pathname === "/token") {
        const known = authorization === "" || authorization === basic("fleet", "secret");
        assert.equal(searchParams.get("scope"), "repository:ratelimitpreview/test:pull");
        const token = authorization === "" ? "anonymous" : "fleet";
        response.writeHead(known ? 200 : 401).end(JSON.stringify({ token }));
        return;
      }
      const [scheme, who = ""] = authorization.split(" ");
      if (scheme !== "Bearer") {
        const realm = `Bearer realm="http://${host}/token",service="registry.docker.io",scope="repository:ratelimitpreview/test:pull"`;
        response.writeHead(401, { "www-authenticate": realm }).end();
        return;
      }
      assert.equal(request.method, "HEAD");
      assert.equal(pathname, "/v2/ratelimitpreview/test/manifests/latest");
      const [remaining, most] = limits[who] ?? [];
      const headers =
        most === undefined
          ? {}
          : {
              "ratelimit-limit": `${most};w=21600`,
              "ratelimit-remaining": `${remaining ?? 0};w=21600`,
            };
      response.writeHead(200, headers).end();
    };

  async function found(upstream: Partial<ExpectedUpstream>, answer: RequestListener) {
    const registry = await fakes.server((_, response) => response.end("{}"));
    const { url } = await fakes.server(answer);
    const upstreams = [{ name: "docker.io", url, ...upstream }];
    const [result] = await look("ZF802", { url: registry.url }, { upstreams });
    return `${result?.status ?? ""}: ${result?.detail ?? ""}`;
  }

  const account = { username: "fleet", password: "secret" };

  it("are near without an account, however many pulls this machine has left", async () => {
    assert.match(
      await found({}, hub({ anonymous: [76, 100] })),
      /^warning: asked without an account, .* by address; 76 of 100 pulls in 6 h are left for this machine/,
    );
    assert.match(await found({}, hub({})), /^warning: .*no limit is told to this machine$/);
  });

  it("are said not to be known where Docker Hub cannot be asked from here", async () => {
    const nowhere = { url: "http://127.0.0.1:1" };
    assert.match(
      await found(nowhere, hub({})),
      /^warning: .*is not to be known from here: .*refused/,
    );
    assert.match(await found({ ...nowhere, ...account }, hub({})), /^skipped: not to be known/);
  });

  it("are those of the account, where there is one", async () => {
    assert.equal(
      await found(account, hub({ fleet: [150, 200], anonymous: [1, 100] })),
      "passed: 150 of 200 pulls in 6 h are left for fleet",
    );
    assert.match(await found(account, hub({ fleet: [19, 200] })), /^warning: 19 of 200 pulls/);
    assert.equal(await found(account, hub({})), "passed: fleet is told of no limit");
    const wrong = { ...account, password: "guess" };
    assert.match(await found(wrong, hub({ fleet: [150, 200] })), /^skipped: .*401/);
  });

  it("are looked at of Docker Hub alone", async () => {
    const quay = { name: "quay.io" };
    assert.equal(await found(quay, hub({})), "skipped: Docker Hub is no upstream");
  });

  it("hide behind a password that is wrong, which is a fault of its own", async () => {
    const registry = await fakes.server((_, response) => response.end("{}"));
    const { url } = await fakes.server(hub({}));
    const upstreams = [{ name: "docker.io", url, ...account, password: "guess" }];
    const [result] = await look("ZF801", { url: registry.url }, { upstreams });
    assert.equal(result?.status, "failed");
    assert.match(result.detail, /refuses fleet \(401\)/);
  });
});
