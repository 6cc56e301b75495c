import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { useFakes } from "../support/fakeRegistry";
import { skipWithout } from "../support/skip";
import { makeCertificate, type CertificateOptions } from "./certificates";
import { look, summary } from "./look";

const fine: RequestListener = (_request, response) => {
  response.setHeader("docker-distribution-api-version", "registry/2.0").end("{}");
};

describe("checks of reach, TLS and time", () => {
  const fakes = useFakes();

  it("ZF102: what answers is no registry", async () => {
    const good = await fakes.server(fine);
    assert.equal(summary(await look("ZF102", { url: good.url })), "passed");
    const bare = await fakes.server((_request, response) => response.end("<html>"));
    assert.equal(summary(await look("ZF102", { url: bare.url })), "failed");
    const old = await fakes.server((_request, response) => {
      response.setHeader("docker-distribution-api-version", "registry/1.0").end();
    });
    assert.equal(summary(await look("ZF102", { url: old.url })), "failed");
  });

  it("ZF103: alive and not ready", async () => {
    const server = await fakes.server((request, response) => {
      response.statusCode = request.url === "/readyz" ? 503 : 200;
      response.end();
    });
    const found = await look("ZF103", { url: server.url });
    assert.deepEqual(
      found.map(({ subject, status }) => [subject, status]),
      [
        ["/livez", "passed"],
        ["/readyz", "failed"],
      ],
    );
  });

  it("ZF106: a clock that is ahead, behind, or just right", async () => {
    const at = (seconds: number) =>
      fakes.server((_request, response) => {
        response.sendDate = false;
        response.setHeader("date", new Date(Date.now() + seconds * 1000).toUTCString()).end();
      });
    for (const [seconds, status] of [
      [180, "failed"],
      [-180, "failed"],
      [30, "passed"],
      [0, "passed"],
    ] as const) {
      const { url } = await at(seconds);
      assert.equal(summary(await look("ZF106", { url })), status, `${seconds} s`);
    }
    const { url } = await at(30);
    const limits = { clockSkewSeconds: 10 };
    assert.equal(summary(await look("ZF106", { url }, { limits })), "failed");
  });

  it("ZF106 says so where there is no clock to read", async () => {
    const { url } = await fakes.server((_request, response) => {
      response.sendDate = false;
      response.end();
    });
    assert.equal(summary(await look("ZF106", { url })), "skipped");
  });

  it("ZF301: a catalog that ends before the seeded repository", async () => {
    const pages: Record<string, string[]> = { "": ["a/a"], "a/a": ["b/b"] };
    const server = await fakes.server((request, response) => {
      const { searchParams, pathname } = new URL(request.url ?? "", "http://registry");
      const last = searchParams.get("last") ?? "";
      if (pathname === "/v2/_catalog" && last === "") {
        response.setHeader("link", `</v2/_catalog?n=1&last=a%2Fa>; rel="next"`);
      }
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ repositories: pages[last] ?? [] }));
    });
    const image = (repository: string) => ({ repository, tags: ["v1"], platforms: [] });
    const accounts = [{ username: "ada", password: "secret", role: "admin" as const }];
    const find = (repository: string) =>
      look("ZF301", { url: server.url }, { accounts, images: [image(repository)] });
    assert.equal(summary(await find("b/b")), "passed");
    assert.equal(summary(await find("c/c")), "failed");
  });

  describe("with TLS", () => {
    before(function () {
      skipWithout("openssl", this);
    });

    async function found(code: string, options: CertificateOptions, trusted = true) {
      const certificate = makeCertificate(options);
      const { url } = await fakes.server(fine, certificate);
      return look(code, { url, ...(trusted ? { ca: certificate.cert } : {}) });
    }

    it("ZF104: a certificate that is trusted and names the registry", async () => {
      assert.equal(summary(await found("ZF104", {})), "passed");
      const wrongName = await found("ZF104", { names: "DNS:other.example" });
      assert.match(wrongName[0]?.detail ?? "", /other\.example/);
      const stranger = await found("ZF104", {}, false);
      assert.match(stranger[0]?.detail ?? "", /DEPTH_ZERO_SELF_SIGNED_CERT/);
      assert.equal(summary([...wrongName, ...stranger]), "failed");
    });

    it("ZF104 goes by the URL's name where another address is dialled", async () => {
      const certificate = makeCertificate({ names: "DNS:oci.example" });
      const { port } = await fakes.server(fine, certificate);
      const address = { ca: certificate.cert, connect: `127.0.0.1:${port}` };
      const named = await look("ZF104", { url: "https://oci.example", ...address });
      assert.equal(summary(named), "passed");
      const other = await look("ZF104", { url: "https://other.example", ...address });
      assert.equal(summary(other), "failed");
    });

    it("ZF105: how long a certificate lasts", async () => {
      assert.equal(summary(await found("ZF105", {})), "passed");
      const soon = await found("ZF105", { to: 10 });
      assert.equal(summary(soon), "warning");
      assert.match(soon[0]?.detail ?? "", /^9 days left, until 20\d\d-.*; wanted 14$/);
      assert.equal(summary(await found("ZF105", { from: -20, to: -2 })), "failed");
      assert.equal(summary(await found("ZF105", { from: 2 })), "failed");
    });

    it("ZF104, ZF105: what does not speak TLS has no certificate", async () => {
      const { port } = await fakes.server(fine);
      for (const code of ["ZF104", "ZF105"]) {
        assert.equal(summary(await look(code, { url: `https://127.0.0.1:${port}` })), "failed");
      }
    });
  });
});
