import assert from "node:assert/strict";
import { areTold, haveLimits, problemsOf } from "./told";

const endpoint = (said: object) => ({ endpoint: said });
const ca = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----";
const url = "https://oci.test";
const connect = "10.0.0.8:443";

describe("zot-fleet:endpoint", () => {
  haveLimits([
    [
      "endpoint.via",
      (via) => endpoint({ via, ...(via === "address" ? { url } : {}) }),
      ["route", "port-forward", "address"],
      ["ingress", "", undefined],
      '"route" or "port-forward" or "address"',
    ],
    [
      "endpoint.url",
      (value) => endpoint({ via: "address", url: value }),
      [url, "http://10.0.0.7:5000"],
      ["oci.test", "https://oci.test/v2", "ftp://oci.test"],
      "http(s)://host[:port]",
    ],
    [
      "endpoint.ca",
      (value) => endpoint({ via: "route", ca: value }),
      [ca],
      ["", "/etc/ca.pem", "-----BEGIN CERTIFICATE-----"],
      "certificates in PEM",
    ],
    [
      "endpoint.connect",
      (value) => endpoint({ via: "route", connect: value }),
      [connect],
      ["10.0.0.8", ":443", "a:b"],
      "host:port",
    ],
  ]);

  areTold([
    [
      "an address without its url",
      endpoint({ via: "address", ca }),
      "endpoint.url",
      "nothing",
      "http(s)://host[:port], which via: address needs",
    ],
    [
      "a url of a route",
      endpoint({ via: "route", url }),
      "endpoint.url",
      `"${url}" with via: route`,
      "nothing: it is not for via: route",
    ],
    [
      "a place to dial for a port-forward",
      endpoint({ via: "port-forward", connect }),
      "endpoint.connect",
      `"${connect}" with via: port-forward`,
      "nothing: it is not for via: port-forward",
    ],
  ]);

  for (const via of ["route", "address"])
    it(`takes a place to dial and certificates with via: ${via}`, () => {
      const said = { via, ca, connect, ...(via === "address" ? { url } : {}) };
      assert.deepEqual(problemsOf(endpoint(said)), []);
    });
});
