import assert from "node:assert/strict";
import { inspect } from "node:util";
import { isLoopback, parseAddress } from "../../src/registry/address";
import { RegistryClient } from "../../src/registry/client";

describe("parseAddress", () => {
  it("reads host and port", () => {
    assert.deepEqual(parseAddress({ url: "https://oci.example" }), {
      origin: "https://oci.example",
      hostname: "oci.example",
    });
    assert.deepEqual(parseAddress({ url: "http://[::1]:5000/", connect: "[fe80::1]:80" }), {
      origin: "http://[::1]:5000",
      hostname: "::1",
      dial: { hostname: "fe80::1", port: "80" },
    });
  });

  for (const [url, message] of [
    ["oci.example", /"oci\.example" is not a registry's URL: write http\(s\):\/\/host\[:port\]/],
    ["oci.example:5000", /not a registry's URL/],
    ["ftp://oci.example", /not a registry's URL/],
    ["https://oci.example/v2/", /has more than a host and a port/],
    ["https://oci.example?x", /has more than a host and a port/],
    ["", /not a registry's URL/],
  ] as const) {
    it(`refuses "${url}"`, () => {
      assert.throws(() => parseAddress({ url }), message);
    });
  }

  it("refuses credentials in the URL, and does not repeat them", () => {
    for (const url of ["https://ada:canary@oci.example", "https://canary@x", "ada:canary@oci"]) {
      assert.throws(
        () => new RegistryClient({ url }),
        (error: unknown) => {
          assert.match(String(error), /credentials inside/);
          assert.ok(!inspect(error).includes("canary"));
          return true;
        },
      );
    }
  });

  it("refuses what cannot be dialled", () => {
    for (const connect of ["host", "host:0", "host:70000", ":80", "a b:80", "http://host:80", ""]) {
      assert.throws(() => parseAddress({ url: "http://x", connect }), /write host:port/);
    }
  });
});

describe("isLoopback", () => {
  it("knows this machine from others", () => {
    for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]) {
      assert.ok(isLoopback(host), host);
    }
    for (const host of ["127.0.0.1.nip.io", "localhost.example", "10.0.0.1", "::2", "127.1"]) {
      assert.ok(!isLoopback(host), host);
    }
  });
});
