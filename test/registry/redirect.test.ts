import assert from "node:assert/strict";
import { sha256 } from "../../src/images/digest";
import { mediaTypes } from "../../src/images/mediaTypes";
import { redirectTarget } from "../../src/registry/redirect";
import { useFakes } from "../support/fakeRegistry";

const blob = Buffer.from("a blob");
const digest = sha256(blob);
const credentials = { username: "ada", password: "canary" };

describe("redirectTarget", () => {
  const from = new URL("https://registry.example/v2/a/blobs/x");
  it("resolves what is relative", () => {
    assert.equal(redirectTarget(from, "/y?z").href, "https://registry.example/y?z");
  });

  for (const [location, message] of [
    [undefined, /without a Location/],
    ["http://registry.example/", /from https to http:\/\/registry\.example is not followed/],
    ["file:///etc/passwd", /a redirect to file: is not followed/],
    ["https://me:secret@store.example/", /^Error: a redirect to store\.example with credentials/],
    ["https://", /not a URL/],
  ] as const) {
    it(`refuses ${location ?? "nothing"}`, () => {
      assert.throws(() => redirectTarget(from, location), message);
    });
  }
});

describe("RegistryClient, redirected", () => {
  const fakes = useFakes();

  it("keeps its credentials on the same origin", async () => {
    const server = await fakes.server((request, response) => {
      if (request.url === "/there") response.end(blob);
      else response.writeHead(307, { location: "/there" }).end();
    });
    const client = fakes.client(server.url, { credentials });
    assert.deepEqual(await client.getBlob("a", digest), blob);
    assert.equal(server.seen[1]?.headers.authorization, server.seen[0]?.headers.authorization);
    assert.ok(server.seen[1]?.headers.authorization);
  });

  for (const other of ["another port", "another name"]) {
    it(`leaves its credentials behind on ${other}, also on the way back`, async () => {
      const store = await fakes.server((_request, response) => {
        response.writeHead(302, { location: `${server.url}/back` }).end();
      });
      const away =
        other === "another port" ? store.url : store.url.replace("127.0.0.1", "localhost");
      const server = await fakes.server((request, response) => {
        if (request.url === "/back") response.end(blob);
        else response.writeHead(307, { location: `${away}/blob?signature=s` }).end();
      });
      const client = fakes.client(server.url, { credentials });
      assert.deepEqual(await client.verifyBlob("a", digest), { size: blob.length });
      assert.deepEqual(
        [...server.seen, ...store.seen].map((one) => typeof one.headers.authorization),
        ["string", "undefined", "undefined"],
      );
    });
  }

  it("does not answer the challenge of another host", async () => {
    const store = await fakes.server((_request, response) => {
      response.writeHead(401, { "www-authenticate": 'Basic realm="phishing"' }).end();
    });
    const server = await fakes.server((_request, response) => {
      response.writeHead(307, { location: store.url }).end();
    });
    await assert.rejects(fakes.client(server.url, { credentials }).getBlob("a", digest), {
      status: 401,
      message: /after a redirect to http:\/\/127\.0\.0\.1:\d+, where credentials are not sent/,
    });
    assert.deepEqual(
      store.seen.map((one) => one.headers.authorization),
      [undefined],
    );
  });

  it("names the host that a redirect leads to when that one is gone, without the signed part", async () => {
    const server = await fakes.server((_request, response) => {
      response.writeHead(307, { location: "http://127.0.0.1:1/blob?signature=canary" }).end();
    });
    await assert.rejects(fakes.client(server.url).getBlob("a", digest), {
      message: `GET /v2/a/blobs/${digest} at ${server.url}: after a redirect to http://127.0.0.1:1: connection refused`,
    });
  });

  it("follows five, and no more", async () => {
    const server = await fakes.server((request, response) => {
      const hops = Number(new URL(request.url ?? "", server.url).searchParams.get("hops"));
      if (hops === 5) response.end(blob);
      else response.writeHead(302, { location: `?hops=${hops + 1}` }).end();
    });
    assert.deepEqual(await fakes.client(server.url).getBlob("a", digest), blob);
    const circle = await fakes.server((_request, response) => {
      response.writeHead(302, { location: "/again" }).end();
    });
    await assert.rejects(fakes.client(circle.url).getBlob("a", digest), /more than 5 redirects/);
    assert.equal(circle.seen.length, 6);
  });

  it("follows neither for PUT nor for DELETE nor for request()", async () => {
    const server = await fakes.server((_request, response) => {
      response.writeHead(307, { location: "/elsewhere" }).end();
    });
    const client = fakes.client(server.url);
    const put = client.putManifest("a", "tag", Buffer.from("{}"), mediaTypes.ociManifest);
    await assert.rejects(put, { status: 307 });
    await assert.rejects(client.deleteManifest("a", digest), { status: 307 });
    const answer = await client.request({ method: "GET", path: "/v2/" });
    assert.deepEqual([answer.status, answer.headers["location"]], [307, "/elsewhere"]);
    assert.equal(server.seen.length, 3);
  });
});
