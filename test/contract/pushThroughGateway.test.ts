import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegistryClient } from "../../src/registry/client";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { pushFile } from "../support/pushFile";
import { selfSigned } from "../support/certificates";
import { startDistribution, startZot, type RunningRegistry } from "../support/registry";
import { skipWithout } from "../support/skip";

const password = "canary-of-the-gateway";
const credentials = { username: "admin", password };
const name = "oci.fleet.example";

for (const [kind, tool] of [
  ["zot", "zot"],
  ["distribution", "docker-registry"],
] as const) {
  describe(`a push to a host name that DNS does not know, to ${kind}`, function () {
    let folder = "";
    let archive: string;
    let tls: { key: string; cert: string };
    const registries: RunningRegistry[] = [];

    before(async function () {
      for (const needed of ["skopeo", "openssl", tool]) skipWithout(needed, this);
      folder = await mkdtemp(join(tmpdir(), "zot-fleet-gateway-"));
      archive = join(folder, "app.tar");
      await writeDemoArchive(archive, {
        platform: "linux/amd64",
        repoTag: "team/app:1",
        files: { "text.txt": "through a gateway\n" },
      });
      tls = selfSigned([`DNS:${name}`]);
      for (const [file, text] of Object.entries(tls)) writeFileSync(join(folder, file), text);
    });

    after(async () => {
      await Promise.all(registries.map((registry) => registry.stop()));
      await rm(folder, { recursive: true, force: true });
    });

    const start = async (secure: boolean) => {
      const [key, certificate] = [join(folder, "key"), join(folder, "cert")];
      const users = { admin: password };
      const zot = { http: secure ? { tls: { cert: certificate, key } } : {} };
      const http = { addr: "127.0.0.1:0", secret: "test", tls: { certificate, key } };
      const registry =
        kind === "zot"
          ? await startZot({ users, config: zot })
          : await startDistribution({ users, config: secure ? { http } : {} });
      registries.push(registry);
      return registry;
    };

    const push = async (address: { url: string; connect: string; ca?: string }) => {
      const digest = await pushFile({
        archive,
        repository: "team/app",
        tag: "1",
        address,
        credentials,
        compression: "gzip",
      });
      const client = new RegistryClient({ ...address, credentials });
      const found = await client.headManifest("team/app", "1");
      await client.close();
      assert.equal(found?.digest, digest);
    };

    it("goes to the address that was given, with the name's own certificate", async () => {
      const { host } = await start(true);
      await push({ url: `https://${name}`, connect: host, ca: tls.cert });
    });

    it("goes there over http, with the name in the Host header", async () => {
      const { host } = await start(false);
      await push({ url: `http://${name}`, connect: host });
    });

    it("trusts no certificate of another name, and tells no password", async () => {
      const { host } = await start(true);
      await assert.rejects(
        push({ url: "https://other.example", connect: host, ca: tls.cert }),
        (error: Error) =>
          error.message.includes("certificate is valid for oci.fleet.example, not other.example") &&
          !error.message.includes(password),
      );
    });

    it("says that nothing answers there", async () => {
      const { port } = await closed();
      await assert.rejects(
        push({ url: `https://${name}`, connect: `127.0.0.1:${port}`, ca: tls.cert }),
        /Bad Gateway/,
      );
    });
  });
}

/** A port at which nobody listens. */
async function closed(): Promise<AddressInfo> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return address;
}
