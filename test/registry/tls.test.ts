import assert from "node:assert/strict";
import { sha256 } from "../../src/images/digest";
import { selfSigned } from "../support/certificates";
import { useFakes } from "../support/fakeRegistry";
import { skipWithout } from "../support/skip";

describe("RegistryClient over TLS", function () {
  const fakes = useFakes();
  let loopback: { key: string; cert: string };
  let named: { key: string; cert: string };

  before(function () {
    skipWithout("openssl", this);
    loopback = selfSigned(["IP:127.0.0.1"]);
    named = selfSigned(["DNS:oci.example"]);
  });

  it("trusts the given ca, and nothing unknown", async () => {
    const server = await fakes.server((_request, response) => response.end(), loopback);
    await fakes.client(server.url, { ca: loopback.cert }).ping();
    for (const options of [{}, { ca: named.cert }]) {
      await assert.rejects(fakes.client(server.url, { ...options, retries: 3 }).ping(), {
        reason: "tls",
        message: `cannot reach ${server.url}: its certificate is self-signed: give its ca`,
      });
    }
    assert.equal(server.seen.length, 1);
  });

  it("refuses a certificate for another name", async () => {
    const server = await fakes.server((_request, response) => response.end(), named);
    const client = fakes.client(server.url, { ca: named.cert });
    await assert.rejects(client.ping(), /: its certificate is for other names$/);
  });

  it("dials another address under its own name", async () => {
    const server = await fakes.server((_request, response) => response.end(), named);
    const connect = `127.0.0.1:${server.port}`;
    const ca = named.cert;
    await fakes.client("https://oci.example", { ca, connect }).ping();
    assert.equal(server.seen[0]?.headers.host, "oci.example");
    const other = fakes.client("https://other.example", { ca, connect });
    await assert.rejects(other.ping(), {
      reason: "tls",
      message: `cannot reach https://other.example (through ${connect}): its certificate is for other names`,
    });
  });

  it("checks the certificate of an address, whatever was dialled", async () => {
    const server = await fakes.server((_request, response) => response.end(), loopback);
    const connect = `localhost:${server.port}`;
    const ca = loopback.cert;
    await fakes.client("https://127.0.0.1:7443", { ca, connect }).ping();
    const other = fakes.client("https://127.0.0.2:7443", { ca, connect });
    await assert.rejects(other.ping(), { reason: "tls" });
  });

  it("diverts its registry only, not the hosts it is sent to", async () => {
    const blob = Buffer.from("blob");
    const store = await fakes.server((_request, response) => response.end(blob));
    const server = await fakes.server((_request, response) => {
      response.writeHead(302, { location: `${store.url}/blob` }).end();
    });
    const client = fakes.client("http://oci.example", { connect: `127.0.0.1:${server.port}` });
    assert.deepEqual(await client.getBlob("a", sha256(blob)), blob);
    assert.equal(server.seen[0]?.headers.host, "oci.example");
    assert.equal(store.seen[0]?.headers.host, `127.0.0.1:${store.port}`);
  });

  it("says that a server does not speak TLS", async () => {
    const server = await fakes.server((_request, response) => response.end());
    const url = server.url.replace("http:", "https:");
    await assert.rejects(fakes.client(url).ping(), {
      reason: "tls",
      message: `cannot reach ${url}: it does not speak TLS: is it http?`,
    });
  });

  it("does not go from https to http", async () => {
    const server = await fakes.server((_request, response) => {
      response.writeHead(307, { location: "http://127.0.0.1:1/" }).end();
    }, loopback);
    await assert.rejects(fakes.client(server.url, { ca: loopback.cert }).ping(), {
      reason: "refused",
      message: /a redirect from https to http:\/\/127\.0\.0\.1:1 is not followed/,
    });
  });
});
