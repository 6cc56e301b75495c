import assert from "node:assert/strict";
import { createServer } from "node:net";
import { once } from "node:events";
import { sha256 } from "../../src/images/digest";
import { userAgent } from "../../src/system/version";
import { useFakes } from "../support/fakeRegistry";

describe("RegistryClient, limits", () => {
  const fakes = useFakes();

  it("keeps connections, also after HEAD, and has no more than it may", async () => {
    let now = 0;
    let most = 0;
    const server = await fakes.server((_request, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.writeHead(200, { "content-length": 5 }).end();
      }, 5);
    });
    const client = fakes.client(server.url, { concurrency: 3 });
    const all = Array.from({ length: 30 }, () => client.headBlob("a", sha256("x")));
    await Promise.all(all);
    assert.equal(server.seen.length, 30);
    assert.equal(most, 3);
    assert.equal(server.connections(), 3);
  });

  it("does not wait forever for an answer", async () => {
    const server = await fakes.server(() => undefined);
    await assert.rejects(fakes.client(server.url, { timeoutMs: 100 }).ping(), {
      reason: "timeout",
      message: /^GET \/v2\/ at http:\/\/127\.0\.0\.1:\d+: connected, but no answer in time$/,
    });
  });

  it("does not wait forever for the rest of one", async () => {
    const server = await fakes.server((_request, response) => {
      response.writeHead(200, { "content-length": 100 }).write("some");
    });
    const client = fakes.client(server.url, { timeoutMs: 100 });
    await assert.rejects(client.verifyBlob("a", sha256("x")), {
      reason: "timeout",
      message: /the answer stopped in the middle/,
    });
  });

  it("does not read a manifest that comes drop by drop", async () => {
    const server = await fakes.server((_request, response) => {
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => {
        clearInterval(drip);
      });
    });
    const client = fakes.client(server.url, { timeoutMs: 200 });
    await assert.rejects(client.getManifest("a", "tag"), {
      reason: "timeout",
      message: /not whole after 200 ms/,
    });
  });

  it("reads a blob that takes longer than the timeout, as long as it comes", async () => {
    const piece = "x".repeat(4096);
    const server = await fakes.server((_request, response) => {
      let left = 10;
      const drip = setInterval(() => {
        if (left-- > 0) return response.write(piece);
        clearInterval(drip);
        return response.end();
      }, 40);
    });
    const client = fakes.client(server.url, { timeoutMs: 200 });
    const whole = piece.repeat(10);
    assert.deepEqual(await client.verifyBlob("a", sha256(whole)), { size: whole.length });
  });

  it("does not read a blob that comes drop by drop, nor one without an end", async () => {
    const server = await fakes.server((_request, response) => {
      const drip = setInterval(() => response.write("x"), 20);
      response.on("close", () => {
        clearInterval(drip);
      });
    });
    const client = fakes.client(server.url, { timeoutMs: 200 });
    const tooSlow = {
      reason: "timeout",
      message: /after 200 ms the answer came at less than 8192 bytes a second on the whole/,
    };
    await assert.rejects(client.getBlob("a", sha256("x")), tooSlow);
    await assert.rejects(client.verifyBlob("a", sha256("x")), tooSlow);
  });

  it("hashes no more of a blob than its manifest says", async () => {
    const server = await fakes.server((_request, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(64 * 1024, "x"), more);
      };
      more();
    });
    const client = fakes.client(server.url);
    await assert.rejects(client.verifyBlob("a", sha256("x"), 1000), {
      reason: "answer",
      message: /the answer is larger than 1000 bytes/,
    });
  });

  it("reads no more of an error than it needs", async () => {
    const server = await fakes.server((_request, response) => {
      response.writeHead(400);
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(64 * 1024, "x"), more);
      };
      more();
    });
    await assert.rejects(fakes.client(server.url).ping(), { status: 400 });
  });

  it("cuts what request() reads", async () => {
    const server = await fakes.server((_request, response) => response.end("0123456789"));
    const client = fakes.client(server.url);
    const answer = await client.request({ method: "GET", path: "/x?y", maxBytes: 4 });
    assert.equal(answer.body.toString(), "0123");
    assert.deepEqual(server.lines(), ["GET /x?y"]);
  });

  it("says that a server does not speak HTTP", async () => {
    const server = createServer((socket) => socket.end("SSH-2.0-nothing\r\n"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const client = fakes.client(`http://127.0.0.1:${port ?? 0}`, { retries: 3 });
    const message = /^GET \/v2\/ at http:\S+: it does not speak HTTP/;
    await assert
      .rejects(client.ping(), { reason: "answer", message })
      .finally(() => server.close());
  });

  it("says that a host is not known", async () => {
    const client = fakes.client("http://registry.invalid");
    await assert.rejects(client.ping(), /cannot reach http:\/\/registry\.invalid: the host name/);
  });

  it("stops at its signal", async () => {
    const server = await fakes.server((_request, response) => {
      response.writeHead(200).write("x");
    });
    const abort = new AbortController();
    const client = fakes.client(server.url, { signal: abort.signal, retries: 3 });
    const reading = client.verifyBlob("a", sha256("x"));
    setTimeout(() => {
      abort.abort(new Error("enough"));
    }, 50);
    const aborted = { name: "RegistryError", reason: "aborted", message: /aborted by the caller/ };
    await assert.rejects(reading, aborted);
    await assert.rejects(client.ping(), aborted);
  });

  it("says that it is closed", async () => {
    const client = fakes.client("http://127.0.0.1:1");
    await client.close();
    await client.close();
    await assert.rejects(client.ping(), { reason: "aborted", message: /the client is closed/ });
  });

  it("is whom it says it is", async () => {
    const server = await fakes.server((_request, response) => response.end());
    await fakes.client(server.url).ping();
    await fakes.client(server.url, { userAgent: "another" }).ping();
    const agents = server.seen.map((request) => request.headers["user-agent"]);
    assert.deepEqual(agents, [userAgent, "another"]);
  });
});
