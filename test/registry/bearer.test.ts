import assert from "node:assert/strict";
import { sha256 } from "../../src/images/digest";
import { mediaTypes } from "../../src/images/mediaTypes";
import { mayAskRealm, scopeOf, tokenUrl } from "../../src/registry/tokenRealm";
import { useFakes, type FakeRegistry, type Fakes } from "../support/fakeRegistry";

describe("scopeOf", () => {
  it("names what a request needs", () => {
    assert.equal(scopeOf("GET", "/v2/"), "");
    assert.equal(scopeOf("GET", "/v2/_catalog?n=5"), "registry:catalog:*");
    assert.equal(scopeOf("HEAD", "/v2/a/b/manifests/v1"), "repository:a/b:pull");
    assert.equal(scopeOf("GET", "/v2/a/tags/list"), "repository:a:pull");
    assert.equal(scopeOf("PUT", "/v2/a/manifests/v1"), "repository:a:pull,push");
    assert.equal(scopeOf("DELETE", "/v2/a/manifests/v1"), "repository:a:delete");
  });
});

describe("tokenUrl", () => {
  it("adds service and scopes, in the challenge's words before ours", () => {
    const realm = "https://auth.example/token?x=1";
    const url = tokenUrl({ realm, service: "a b", scope: "one two" }, "ours");
    assert.equal(url.href, "https://auth.example/token?x=1&service=a+b&scope=one&scope=two");
    assert.equal(tokenUrl({ realm }, "ours").href, `${realm}&scope=ours`);
    assert.equal(tokenUrl({ realm }, "").href, realm);
  });

  it("refuses what cannot be asked", () => {
    assert.throws(() => tokenUrl({}, ""), /names no realm/);
    assert.throws(() => tokenUrl({ realm: "not a URL" }, ""), /names no realm/);
    assert.throws(() => tokenUrl({ realm: "https://u:canary@auth.example/" }, ""), {
      message: "the token realm auth.example has credentials inside its URL",
    });
  });
});

describe("mayAskRealm", () => {
  const cases: [registry: string, realm: string, may: boolean][] = [
    ["https://registry.example", "https://auth.elsewhere.example/token", true],
    ["https://registry.example", "http://registry.example/token", false],
    ["https://registry.example", "http://127.0.0.1/token", false],
    ["https://registry.example", "file:///etc/passwd", false],
    ["http://registry.example", "http://registry.example:8080/token", true],
    ["http://registry.example", "http://auth.example/token", false],
    ["http://registry.example", "https://auth.example/token", true],
    ["http://127.0.0.1:5000", "http://localhost:6000/token", true],
    ["https://localhost:5000", "http://127.0.0.1:6000/token", true],
    ["http://registry.example", "http://127.0.0.1.nip.io/token", false],
  ];
  for (const [registry, realm, may] of cases) {
    it(`${may ? "asks" : "does not ask"} ${realm} for ${registry}`, () => {
      const ask = (): void => {
        mayAskRealm(new URL(realm), new URL(registry));
      };
      if (may) ask();
      else assert.throws(ask, /not asked/);
    });
  }
});

const credentials = { username: "ada", password: "canary" };

interface Pair {
  registry: FakeRegistry;
  auth: FakeRegistry;
}

/** A registry and its token service, which gives `token-1`, `token-2` ... each good for `seconds`. */
async function startPair(fakes: Fakes, seconds = 60): Promise<Pair> {
  let made = 0;
  const auth = await fakes.server((request, response) => {
    if (request.headers.authorization === undefined) {
      response.writeHead(401).end('{"errors":[{"code":"UNAUTHORIZED","message":"who?"}]}');
    } else {
      response.end(JSON.stringify({ token: `token-${++made}`, expires_in: seconds }));
    }
  });
  const registry = await fakes.server((request, response) => {
    const { authorization } = request.headers;
    if (authorization?.startsWith("Bearer token-") !== true) {
      const challenge = `Bearer realm="${auth.url}/token",service="registry"`;
      response.writeHead(401, { "www-authenticate": challenge });
    }
    response.end("{}");
  });
  return { registry, auth };
}

describe("RegistryClient, bearer tokens", () => {
  const fakes = useFakes();

  it("gets a token with its credentials, once for a scope", async () => {
    const { registry, auth } = await startPair(fakes);
    const client = fakes.client(registry.url, { credentials });
    await client.ping();
    await client.ping();
    await client.deleteManifest("a/b", sha256("x"));
    await client.deleteManifest("a/b", sha256("y"));
    assert.deepEqual(auth.lines(), [
      "GET /token?service=registry",
      "GET /token?service=registry&scope=repository%3Aa%2Fb%3Adelete",
    ]);
    const basic = `Basic ${Buffer.from("ada:canary").toString("base64")}`;
    assert.ok(auth.seen.every((request) => request.headers.authorization === basic));
    assert.deepEqual(
      registry.seen.map((request) => request.headers.authorization),
      [basic, "Bearer token-1", "Bearer token-1", undefined, "Bearer token-2", "Bearer token-2"],
    );
  });

  it("repeats a PUT that was refused for want of a token", async () => {
    const { registry } = await startPair(fakes);
    const client = fakes.client(registry.url, { credentials });
    const bytes = Buffer.from("{}");
    await client.putManifest("a/b", "tag", bytes, mediaTypes.ociManifest);
    assert.equal(registry.seen.length, 2);
  });

  it("shares one token between requests at the same time, more of them than connections", async () => {
    const { registry, auth } = await startPair(fakes);
    const client = fakes.client(registry.url, { credentials, concurrency: 3 });
    await Promise.all(Array.from({ length: 20 }, () => client.ping()));
    assert.equal(auth.seen.length, 1);
  });

  it("gets another one before it expires", async () => {
    const { registry, auth } = await startPair(fakes, 0.2);
    const client = fakes.client(registry.url, { credentials });
    await client.ping();
    await new Promise((resolve) => setTimeout(resolve, 190));
    await client.ping();
    assert.equal(auth.seen.length, 2);
  });

  it("gets another one when the registry no longer takes it, once", async () => {
    const { auth } = await startPair(fakes);
    const registry = await fakes.server((_request, response) => {
      const challenge = `Bearer realm="${auth.url}/token",error="insufficient_scope"`;
      response.writeHead(401, { "www-authenticate": challenge }).end();
    });
    const client = fakes.client(registry.url, { credentials });
    await assert.rejects(client.ping(), { status: 401, path: "/v2/" });
    await assert.rejects(client.ping(), { status: 401 });
    assert.equal(auth.seen.length, 2);
    assert.equal(registry.seen.length, 4);
  });

  it("tells what the token service says", async () => {
    const { registry, auth } = await startPair(fakes);
    await assert.rejects(fakes.client(registry.url).ping(), {
      status: 401,
      code: "UNAUTHORIZED",
      path: "/token",
      message: new RegExp(
        `401 UNAUTHORIZED: who\\? \\(from the token service 127.0.0.1:${auth.port}`,
      ),
    });
  });

  it("asks the token service again when it is busy", async () => {
    let asked = 0;
    const auth = await fakes.server((_request, response) => {
      if (++asked === 1) response.writeHead(503).end();
      else response.end('{"access_token":"token-x"}');
    });
    const registry = await fakes.server((request, response) => {
      const known = request.headers.authorization === "Bearer token-x";
      if (!known) response.writeHead(401, { "www-authenticate": `Bearer realm="${auth.url}"` });
      response.end();
    });
    await fakes.client(registry.url, { retries: 1 }).ping();
    assert.equal(asked, 2);
  });

  it("does not follow a redirect of the token service, nor its challenge", async () => {
    const trap = await fakes.server((_request, response) => response.end('{"token":"x"}'));
    for (const headers of [
      { location: "" },
      { "www-authenticate": `Bearer realm="${trap.url}"` },
    ]) {
      const status = "location" in headers ? 307 : 401;
      const auth = await fakes.server((_request, response) => {
        const away = "location" in headers ? { location: trap.url } : headers;
        response.writeHead(status, away).end();
      });
      const registry = await fakes.server((_request, response) => {
        response.writeHead(401, { "www-authenticate": `Bearer realm="${auth.url}"` }).end();
      });
      await assert.rejects(fakes.client(registry.url, { credentials }).ping(), { status });
    }
    assert.equal(trap.seen.length, 0);
  });

  it("refuses a realm that would carry the password in clear text", async () => {
    const registry = await fakes.server((_request, response) => {
      const challenge = 'Bearer realm="http://auth.example/token"';
      response.writeHead(401, { "www-authenticate": challenge }).end();
    });
    await assert.rejects(fakes.client(registry.url, { credentials }).ping(), {
      reason: "refused",
      message: /http:\/\/auth\.example for a token: not asked/,
    });
  });

  it("says what is wrong with a token", async () => {
    for (const [answer, message] of [
      ["<html>", /gave no usable token: not JSON/],
      ["{}", /no token in it/],
      ['{"token":7}', /token: Invalid input: expected string/],
      ['{"token":"two\\nlines"}', /no token in it/],
    ] as const) {
      const auth = await fakes.server((_request, response) => response.end(answer));
      const registry = await fakes.server((_request, response) => {
        response.writeHead(401, { "www-authenticate": `Bearer realm="${auth.url}"` }).end();
      });
      await assert.rejects(fakes.client(registry.url).ping(), message);
    }
  });

  it("learns from /v2/ what a 401 without a challenge wants, and repeats nothing unproved", async () => {
    const { auth } = await startPair(fakes);
    const registry = await fakes.server((request, response) => {
      const { authorization } = request.headers;
      if (authorization?.startsWith("Bearer ") === true) return response.end();
      const challenge = { "www-authenticate": `Bearer realm="${auth.url}/token",scope=""` };
      return response.writeHead(401, authorization === undefined ? challenge : {}).end();
    });
    await fakes.client(registry.url, { credentials }).deleteManifest("a", "tag");
    assert.deepEqual(registry.lines(), [
      "DELETE /v2/a/manifests/tag",
      "GET /v2/",
      "DELETE /v2/a/manifests/tag",
    ]);
    assert.deepEqual(auth.lines(), ["GET /token?scope=repository%3Aa%3Adelete"]);
  });

  it("does not go on as nobody when its proof is refused", async () => {
    const registry = await fakes.server((request, response) => {
      if (request.headers.authorization !== undefined) response.writeHead(401);
      response.end();
    });
    const client = fakes.client(registry.url, { credentials });
    await assert.rejects(client.ping(), { status: 401 });
  });

  it("takes Basic where both are offered and Basic was enough", async () => {
    const registry = await fakes.server((request, response) => {
      if (request.headers.authorization === undefined) response.writeHead(401);
      response.end();
    });
    await fakes.client(registry.url, { credentials }).ping();
    assert.equal(registry.seen.length, 1);
  });
});
