import assert from "node:assert/strict";
import { shakeHands } from "../../src/facts/handshake";
import { askForge } from "../../src/keys/delivery/forgeRequest";
import {
  proxyVariables,
  readProxies,
  connectionTo,
  withoutProxies,
} from "../../src/registry/proxy";
import { selfSigned } from "../support/certificates";
import { useFakes } from "../support/fakeRegistry";
import { useProxies, useProxyVariables } from "../support/proxy";
import { skipWithout } from "../support/skip";

const host = "oci.example";
const credentials = { username: "admin", password: "canary-of-the-proxy" };

describe("the way to a host", () => {
  const elsewhere = { origin: "https://elsewhere.test", hostname: "elsewhere.test" };
  const byProxy = (url: string, except: string) =>
    connectionTo(new URL(url), elsewhere, readProxies({ HTTPS_PROXY: "p:1", NO_PROXY: except })).by;

  // What Go's net/http answers for the same variables and URLs, on which 5,600 random ones agreed as well.
  // prettier-ignore
  const cases: [except: string, url: string, by: "proxy" | "direct"][] = [
    ["", "https://oci.killinit.cc", "proxy"],
    ["", "https://localhost:5000", "direct"],
    ["", "https://127.8.0.1", "direct"],
    ["", "https://[::1]:5000", "direct"],
    ["", "https://[::ffff:127.0.0.1]", "direct"],
    ["", "https://foo.localhost", "proxy"],
    ["killinit.cc", "https://killinit.cc", "direct"],
    ["killinit.cc", "https://oci.killinit.cc:8443", "direct"],
    ["killinit.cc", "https://notkillinit.cc", "proxy"],
    [".killinit.cc", "https://killinit.cc", "proxy"],
    [".killinit.cc", "https://oci.killinit.cc", "direct"],
    ["*.killinit.cc", "https://oci.killinit.cc", "direct"],
    ["*.killinit.cc", "https://killinit.cc", "proxy"],
    ["*killinit.cc", "https://oci.killinit.cc", "proxy"],
    ["a, KILLINIT.cc ,b", "https://oci.killinit.cc", "direct"],
    ["a b.killinit.cc", "https://b.killinit.cc", "proxy"],
    ["oci.killinit.cc:8443", "https://oci.killinit.cc:8443", "direct"],
    ["oci.killinit.cc:8443", "https://oci.killinit.cc", "proxy"],
    ["oci.killinit.cc:443", "https://oci.killinit.cc", "direct"],
    ["https://oci.killinit.cc", "https://oci.killinit.cc", "proxy"],
    ["a,*,b", "https://10.0.0.1", "direct"],
    ["10.0.0.0/8", "https://10.1.2.3:6443", "direct"],
    ["10.0.0.0/8", "https://11.1.2.3", "proxy"],
    ["10.0.0.0/8", "https://[::ffff:10.1.2.3]", "direct"],
    ["::/0", "https://10.1.2.3", "proxy"],
    ["fd00::/8", "https://[fd00::1]", "direct"],
    ["10.1.2.3:443", "https://10.1.2.3", "direct"],
    ["10.1.2.3:443", "https://10.1.2.3:6443", "proxy"],
    ["[fd00::1]:443", "https://[fd00::1]", "direct"],
    ["fd00::1", "https://[fd00::1]:6443", "direct"],
    ["bücher.example", "https://xn--bcher-kva.example", "direct"],
    ["", "http://oci.killinit.cc", "direct"],
  ];
  for (const [except, url, by] of cases)
    it(`is ${by} to ${url} with NO_PROXY=${except}`, () => {
      assert.equal(byProxy(url, except), by);
    });

  it("reads the variables as Go does: capital letters first, empty ones not, a host without http:// in front", () => {
    const { https, except } = readProxies({
      HTTPS_PROXY: "",
      https_proxy: "proxy.test:3128",
      NO_PROXY: "a",
      no_proxy: "b",
      HTTP_PROXY: "http://other.test",
    });
    assert.equal(https?.href, "http://proxy.test:3128/");
    assert.equal(except, "a");
    assert.equal(readProxies({ HTTP_PROXY: "http://other.test" }).https, undefined);
  });

  it("refuses what is no HTTP proxy, and does not repeat it", () => {
    for (const wrong of ["socks5://me:canary@proxy.test", "http://me:canary@:1"])
      assert.throws(
        () => readProxies({ HTTPS_PROXY: wrong }),
        ({ message }: Error) =>
          message.startsWith("HTTPS_PROXY names no HTTP") && !message.includes("canary"),
      );
  });

  it("is told to skopeo in its own words, and an http registry is no proxy's business", () => {
    const proxies = readProxies({ https_proxy: "http://proxy.test", no_proxy: "internal" });
    const told = (url: string) => proxyVariables([new URL(url)], proxies);
    assert.deepEqual(told("https://oci.example"), {
      HTTPS_PROXY: "http://proxy.test/",
      NO_PROXY: "internal",
    });
    assert.equal(told("http://oci.example")["NO_PROXY"], "internal,oci.example");
    assert.equal(told("http://oci.example:5000")["NO_PROXY"], "internal,oci.example");
    assert.equal(told("http://[fd00::1]:5000")["NO_PROXY"], "internal,fd00::1");
    assert.deepEqual(proxyVariables([new URL("https://oci.example")], readProxies({})), {});
    const env = { PATH: "/bin", http_proxy: "x", HTTP_PROXY: "x", no_proxy: "*", ALL_PROXY: "x" };
    assert.deepEqual(withoutProxies(env), { PATH: "/bin" });
  });
});

describe("a client behind a proxy", () => {
  const fakes = useFakes();
  const proxyFor = useProxies();
  const set = useProxyVariables();
  let tls: { key: string; cert: string };

  before(function () {
    skipWithout("openssl", this);
    tls = selfSigned([`DNS:${host}`, "IP:127.0.0.1"]);
  });

  const registry = () => fakes.server((_request, response) => response.end("{}"), tls);
  const client = (url: string, more: { connect?: string; credentials?: typeof credentials } = {}) =>
    fakes.client(url, { ca: tls.cert, ...more });

  it("reaches a registry through it, and tells it no password", async () => {
    const server = await registry();
    const proxy = await proxyFor({ [`${host}:443`]: server.port });
    set({ HTTPS_PROXY: proxy.url });
    const asked = client(`https://${host}`, { credentials });
    await asked.ping();
    assert.deepEqual(proxy.lines, [`CONNECT ${host}:443`]);
    assert.match(server.seen[0]?.headers.authorization ?? "", /^Basic /);
    assert.doesNotMatch(proxy.headers(), /authorization/);
  });

  it("gives the proxy its own account, and nobody else", async () => {
    const server = await registry();
    const proxy = await proxyFor({ [`${host}:443`]: server.port }, { account: "me:p@ss" });
    set({ HTTPS_PROXY: proxy.url.replace("//", "//me:p%40ss@") });
    await client(`https://${host}`).ping();
    assert.equal(server.seen[0]?.headers["proxy-authorization"], undefined);
    set({ HTTPS_PROXY: proxy.url.replace("//", "//me:canary@") });
    await assert.rejects(client(`https://${host}`).ping(), ({ message }: Error) =>
      /^cannot reach https:\/\/oci\.example \(through the proxy 127\.0\.0\.1:\d+\): the proxy answers 407: it wants an account$/.test(
        message,
      ),
    );
  });

  it("trusts the registry by its own certificate, whoever carries it", async () => {
    const server = await registry();
    const proxy = await proxyFor({ "other.example:443": server.port });
    set({ HTTPS_PROXY: proxy.url });
    await assert.rejects(client("https://other.example").ping(), /certificate is for other names/);
  });

  it("dials what it is told to dial, and loopback, without it", async () => {
    const server = await registry();
    const proxy = await proxyFor({});
    set({ HTTPS_PROXY: proxy.url });
    await client(`https://${host}`, { connect: `127.0.0.1:${server.port}` }).ping();
    await client(server.url).ping();
    assert.deepEqual(proxy.lines, []);
  });

  it("asks a host that NO_PROXY names without it", async () => {
    const proxy = await proxyFor({});
    set({ https_proxy: proxy.url, no_proxy: ".example" });
    await assert.rejects(client(`https://${host}`).ping(), /the host name is not known/);
    assert.deepEqual(proxy.lines, []);
  });

  it("sends nothing for an http registry to a proxy", async () => {
    const proxy = await proxyFor({});
    set({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url });
    await assert.rejects(
      client(`http://${host}`, { credentials }).ping(),
      /host name is not known/,
    );
    assert.deepEqual(proxy.lines, []);
  });

  it("says that the proxy is away, or reaches nothing", async () => {
    const proxy = await proxyFor({}, { refusal: 503 });
    set({ HTTPS_PROXY: proxy.url });
    await assert.rejects(
      client(`https://${host}`).ping(),
      /\(through the proxy 127\.0\.0\.1:\d+\): the proxy answers 503$/,
    );
    set({ HTTPS_PROXY: "http://127.0.0.1:1" });
    await assert.rejects(
      client(`https://${host}`).ping(),
      /\(through the proxy 127\.0\.0\.1:1\): connection refused$/,
    );
  });

  it("shakes hands through it", async () => {
    const server = await registry();
    const proxy = await proxyFor({ [`${host}:443`]: server.port });
    set({ HTTPS_PROXY: proxy.url });
    const shown = await shakeHands({ url: `https://${host}`, ca: tls.cert });
    assert.ok(typeof shown === "object", JSON.stringify(shown));
    assert.equal(shown.otherName, false);
    assert.equal(
      await shakeHands({ url: "https://nowhere.example" }),
      "no handshake with nowhere.example:443 (through the proxy " +
        new URL(proxy.url).host +
        "): the proxy answers 502",
    );
  });

  it("reaches a forge through it", async () => {
    const proxy = await proxyFor({}, { refusal: 403 });
    set({ HTTPS_PROXY: proxy.url });
    const asked = { api: "https://git.example", path: "/x", headers: {}, hidden: [], hints: {} };
    await assert.rejects(
      askForge({ method: "GET", ...asked }),
      /the proxy answers 403: it refuses/,
    );
    assert.deepEqual(proxy.lines, ["CONNECT git.example:443"]);
  });
});
