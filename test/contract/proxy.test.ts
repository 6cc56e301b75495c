import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegistryClient } from "../../src/registry/client";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { selfSigned } from "../support/certificates";
import { useFakes } from "../support/fakeRegistry";
import { pushFile } from "../support/pushFile";
import { useProxies, useProxyVariables } from "../support/proxy";
import { startDistribution, type RunningRegistry } from "../support/registry";
import { skipWithout } from "../support/skip";

const password = "canary-of-the-proxy";
const credentials = { username: "admin", password };
const name = "oci.fleet.example";

describe("a push and a look, behind a proxy", function () {
  this.timeout(120_000);
  const fakes = useFakes();
  const proxyFor = useProxies();
  const set = useProxyVariables();
  let folder = "";
  let archive: string;
  let tls: { key: string; cert: string };
  let registry: RunningRegistry;

  before(async function () {
    for (const needed of ["skopeo", "openssl", "docker-registry"]) skipWithout(needed, this);
    folder = await mkdtemp(join(tmpdir(), "zot-fleet-proxy-"));
    archive = join(folder, "app.tar");
    await writeDemoArchive(archive, {
      platform: "linux/amd64",
      repoTag: "team/app:1",
      files: { "text.txt": "through a proxy\n" },
    });
    tls = selfSigned([`DNS:${name}`]);
    for (const [file, text] of Object.entries(tls)) writeFileSync(join(folder, file), text);
    const [key, certificate] = [join(folder, "key"), join(folder, "cert")];
    const http = { addr: "127.0.0.1:0", secret: "test", tls: { certificate, key } };
    registry = await startDistribution({ users: { admin: password }, config: { http } });
  });

  after(async () => {
    if (folder === "") return;
    await registry.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const push = (address: { url: string; connect?: string; ca?: string }) =>
    pushFile({
      archive,
      repository: "team/app",
      tag: "1",
      address,
      credentials,
      compression: "gzip",
    });

  it("go the same way, and the proxy sees no password", async () => {
    const proxy = await proxyFor({ [`${name}:443`]: Number(registry.host.split(":")[1]) });
    set({ https_proxy: proxy.url, NO_PROXY: "elsewhere.example" });
    const address = { url: `https://${name}`, ca: tls.cert };
    const digest = await push(address);
    const pushed = proxy.lines.length;
    assert.ok(pushed > 0);
    const client = new RegistryClient({ ...address, credentials });
    assert.equal((await client.headManifest("team/app", "1"))?.digest, digest);
    await client.close();
    assert.ok(proxy.lines.length > pushed);
    assert.deepEqual([...new Set(proxy.lines)], [`CONNECT ${name}:443`]);
    assert.doesNotMatch(proxy.headers(), /authorization/);
  });

  it("both leave it out where NO_PROXY has the host", async () => {
    const proxy = await proxyFor({});
    set({ HTTPS_PROXY: proxy.url, NO_PROXY: ".fleet.example" });
    const address = { url: `https://${name}`, ca: tls.cert };
    await assert.rejects(push(address), /no such host|lookup|server misbehaving/);
    const client = new RegistryClient({ ...address, retries: 0 });
    await assert.rejects(client.ping(), /the host name/);
    await client.close();
    assert.deepEqual(proxy.lines, []);
  });

  it("dial what they are told to dial, whatever proxy there is", async () => {
    const proxy = await proxyFor({});
    set({ HTTPS_PROXY: proxy.url });
    await push({ url: `https://${name}`, connect: registry.host, ca: tls.cert });
    assert.deepEqual(proxy.lines, []);
  });

  it("ask a token service by the proxy where the registry itself is dialled", async () => {
    const proxy = await proxyFor({});
    const server = await fakes.server((_request, response) => {
      const realm = 'Bearer realm="https://auth.fleet.example/token",service="test"';
      response.writeHead(401, { "www-authenticate": realm }).end();
    }, tls);
    set({ HTTPS_PROXY: proxy.url });
    const connect = `127.0.0.1:${server.port}`;
    await assert.rejects(push({ url: `https://${name}`, connect, ca: tls.cert }));
    assert.deepEqual([...new Set(proxy.lines)], ["CONNECT auth.fleet.example:443"]);
  });

  it("tell a proxy nothing of an http registry, least of all the password", async () => {
    const proxy = await proxyFor({}, { refusal: 401 });
    set({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url });
    await assert.rejects(push({ url: `http://${name}` }), /no such host|lookup|server misbehaving/);
    assert.deepEqual(proxy.lines, []);
    assert.ok(!proxy.headers().includes(password));
  });
});
