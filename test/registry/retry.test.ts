import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import fc from "fast-check";
import type { RegistryClient } from "../../src/registry/client";
import { sha256 } from "../../src/images/digest";
import { mediaTypes } from "../../src/images/mediaTypes";
import { backoff, readRetryAfter } from "../../src/registry/retry";
import { useFakes } from "../support/fakeRegistry";

describe("backoff", () => {
  it("is anything up to 250 ms, doubled each time, at most 10 s", () => {
    const most = [0, 1, 2, 3, 4, 5, 6, 50].map((attempt) => backoff(attempt, () => 1));
    assert.deepEqual(most, [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    assert.equal(
      backoff(3, () => 0),
      0,
    );
    fc.assert(fc.property(fc.nat(60), (attempt) => backoff(attempt) <= 10_000));
  });
});

describe("readRetryAfter", () => {
  it("reads seconds and dates", () => {
    assert.equal(readRetryAfter("2", undefined), 2000);
    assert.equal(readRetryAfter(" 0 ", undefined), 0);
    const now = Date.UTC(2026, 0, 1, 12, 0, 0);
    assert.equal(readRetryAfter("Thu, 01 Jan 2026 12:00:05 GMT", undefined, now), 5000);
    assert.equal(readRetryAfter("Thu, 01 Jan 2026 11:00:00 GMT", undefined, now), 0);
  });

  it("reads a date against the server's clock", () => {
    const [until, said] = ["Thu, 01 Jan 2026 12:00:05 GMT", "Thu, 01 Jan 2026 12:00:02 GMT"];
    assert.equal(readRetryAfter(until, said, 0), 3000);
  });

  it("ignores what it cannot read", () => {
    for (const text of [undefined, "", "soon", "-"]) {
      assert.equal(readRetryAfter(text, undefined), undefined);
    }
  });
});

/** Answers with these statuses, one after another, then 200; 0 breaks the connection. */
function statuses(...list: number[]): RequestListener {
  return (request, response) => {
    const status = list.shift() ?? 200;
    request.resume().on("end", () => {
      if (status === 0) response.destroy();
      else response.writeHead(status, { "retry-after": "0" }).end(status === 200 ? "{}" : "");
    });
  };
}

const manifest = Buffer.from("{}");
const digest = sha256(manifest);
const put = (client: RegistryClient, reference: string): Promise<string> =>
  client.putManifest("a/b", reference, manifest, mediaTypes.ociManifest);

describe("RegistryClient, asking again", () => {
  const fakes = useFakes();

  for (const status of [429, 502, 503, 504, 0]) {
    const what = status === 0 ? "a broken connection" : String(status);
    it(`repeats GET after ${what}`, async () => {
      const server = await fakes.server(statuses(status));
      await fakes.client(server.url, { retries: 1 }).ping();
      assert.equal(server.seen.length, 2);
    });

    it(`repeats PUT and DELETE by digest after ${what}`, async () => {
      const server = await fakes.server(statuses(status, 200, status, 200));
      const client = fakes.client(server.url, { retries: 1 });
      assert.equal(await put(client, digest), digest);
      assert.equal(await client.deleteManifest("a/b", digest), true);
      assert.equal(server.seen.length, 4);
    });

    const repeated = status === 429;
    it(`${repeated ? "repeats" : "does not repeat"} PUT to a tag, DELETE of a tag and POST after ${what}`, async () => {
      const server = await fakes.server(statuses(...Array<number>(repeated ? 1 : 9).fill(status)));
      const client = fakes.client(server.url, { retries: 1 });
      const outcomes = await Promise.allSettled([
        put(client, "tag").then(() => client.deleteManifest("a/b", "tag")),
        client.deleteManifest("a/b", "tag"),
        client.request({ method: "POST", path: "/x", body: "once" }),
      ]);
      if (repeated) {
        assert.deepEqual(
          outcomes.map((one) => one.status),
          ["fulfilled", "fulfilled", "fulfilled"],
        );
      } else {
        assert.equal(server.seen.length, 3);
      }
    });
  }

  it("does not repeat after 400, 401, 403, 404, 500", async () => {
    for (const status of [400, 401, 403, 404, 500]) {
      const server = await fakes.server(statuses(status));
      const client = fakes.client(server.url, { retries: 3 });
      await assert.rejects(client.ping(), { status });
      assert.equal(server.seen.length, 1);
    }
  });

  it("reads a body again that broke off", async () => {
    const blob = Buffer.alloc(200_000, "x");
    let tries = 0;
    const server = await fakes.server((_request, response) => {
      response.writeHead(200, { "content-length": blob.length });
      if (++tries === 1) response.write(blob.subarray(0, 1000), () => response.destroy());
      else response.end(blob);
    });
    const client = fakes.client(server.url, { retries: 1 });
    assert.deepEqual(await client.verifyBlob("a", sha256(blob)), { size: blob.length });
    assert.equal(tries, 2);
  });

  it("gives up after so many tries, with the last answer", async () => {
    const server = await fakes.server(statuses(503, 503, 503));
    await assert.rejects(fakes.client(server.url, { retries: 2 }).ping(), {
      status: 503,
      message: /503 Service Unavailable, without a registry's error in the body$/,
    });
    assert.equal(server.seen.length, 3);
  });

  it("waits as long as Retry-After says", async () => {
    let asked = 0;
    const server = await fakes.server((_request, response) => {
      if (++asked === 1) response.writeHead(429, { "retry-after": "1" }).end();
      else response.end();
    });
    const started = Date.now();
    await fakes.client(server.url, { retries: 1 }).ping();
    assert.ok(Date.now() - started >= 1000);
  });

  it("does not wait for a Retry-After beyond a minute, and does not ask sooner either", async () => {
    const server = await fakes.server((_request, response) => {
      response.writeHead(429, { "retry-after": "3600" });
      response.end('{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}');
    });
    await assert.rejects(fakes.client(server.url, { retries: 3 }).ping(), {
      code: "TOOMANYREQUESTS",
      message: /429 TOOMANYREQUESTS: slow down \(it asks to come back in 3600 s\)/,
    });
    assert.equal(server.seen.length, 1);
  });

  it("repeats anything that found no connection, and says so in the end", async () => {
    const server = await fakes.server(() => undefined);
    const gone = server.url.replace(/\d+$/, "1");
    const client = fakes.client(gone, { retries: 1 });
    await assert.rejects(put(client, "tag"), {
      message: `cannot reach ${gone}: connection refused`,
      reason: "unreachable",
      status: undefined,
    });
  });

  it("stops waiting when its signal says so", async () => {
    const server = await fakes.server(statuses(...Array<number>(9).fill(503)));
    const abort = new AbortController();
    const client = fakes.client(server.url, { retries: 9, signal: abort.signal });
    setTimeout(() => {
      abort.abort(new Error("enough"));
    }, 50);
    await assert.rejects(client.ping(), { reason: "aborted" });
  });
});
