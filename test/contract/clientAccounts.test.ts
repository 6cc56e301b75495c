import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RegistryClient } from "../../src/registry/client";
import { selfSigned } from "../support/certificates";
import { collect, useFakes } from "../support/fakeRegistry";
import { pushImage } from "../support/push";
import { startDistribution, startZot, type RunningRegistry } from "../support/registry";
import { skipWithout } from "../support/skip";
import { issuer, service, tokenService } from "../support/tokenService";

const credentials = { username: "ada", password: "secret" };

/** Pushes, reads and lists as one who may. */
async function useAll(client: RegistryClient): Promise<void> {
  await client.ping();
  const pushed = await pushImage(client, "team/app", "v1");
  assert.equal((await client.headManifest("team/app", "v1"))?.digest, pushed.digest);
  assert.ok(await client.verifyBlob("team/app", pushed.layer));
  assert.deepEqual(await collect(client.tags("team/app")), ["v1"]);
}

for (const kind of ["docker-registry", "zot"]) {
  describe(`RegistryClient with ${kind} and a token service`, function () {
    const fakes = useFakes();
    let folder = "";
    let registry: RunningRegistry | undefined;

    before(function () {
      skipWithout(kind, this);
      skipWithout("openssl", this);
      folder = mkdtempSync(join(tmpdir(), "zot-fleet-token-"));
    });
    afterEach(async () => {
      await registry?.stop();
      registry = undefined;
    });
    after(() => {
      if (folder !== "") rmSync(folder, { recursive: true });
    });

    it("proves itself with tokens, and with new ones when they have expired", async () => {
      const { key, cert } = selfSigned(["DNS:localhost"]);
      const file = join(folder, "cert.pem");
      writeFileSync(file, cert);
      const auth = await fakes.server(tokenService({ key, cert, ...credentials, seconds: 2 }));
      const realm = `${auth.url}/token`;
      registry =
        kind === "zot"
          ? await startZot({
              config: { http: { auth: { bearer: { realm, service, cert: file } } } },
            })
          : await startDistribution({
              config: { auth: { token: { realm, service, issuer, rootcertbundle: file } } },
            });
      const client = fakes.client(registry.url, { credentials });
      await useAll(client);
      const asked = auth.seen.length;
      await useAll(client);
      assert.equal(auth.seen.length, asked, "tokens are kept");
      await new Promise((resolve) => setTimeout(resolve, 2100));
      await useAll(client);
      assert.ok(auth.seen.length > asked, "and renewed");

      await assert.rejects(fakes.client(registry.url).ping(), {
        code: "UNAUTHORIZED",
        registryMessage: "who are you?",
      });
    });
  });
}

describe("RegistryClient with docker-registry and no accounts", function () {
  const fakes = useFakes();
  let registry: RunningRegistry | undefined;
  before(async function () {
    skipWithout("docker-registry", this);
    registry = await startDistribution();
  });
  after(() => registry?.stop());

  it("needs none", async () => {
    await useAll(fakes.client(registry?.url ?? ""));
  });
});

describe("RegistryClient with zot, where everybody may read some", function () {
  const fakes = useFakes();
  let registry: RunningRegistry | undefined;

  before(async function () {
    skipWithout("zot", this);
    const users = { ada: credentials.password };
    const withAccounts = await startZot({
      users,
      config: {
        http: {
          accessControl: {
            repositories: {
              "**": { policies: [{ users: ["ada"], actions: ["read", "create", "delete"] }] },
              "public/**": {
                anonymousPolicy: ["read"],
                policies: [{ users: ["ada"], actions: ["read", "create"] }],
              },
            },
          },
        },
      },
    });
    registry = withAccounts;
  });
  after(() => registry?.stop());

  it("sees all with an account, and only what is public without one", async () => {
    const url = registry?.url ?? "";
    const ada = fakes.client(url, { credentials });
    await pushImage(ada, "public/app", "v1");
    await pushImage(ada, "private/app", "v1");
    assert.deepEqual(await collect(ada.catalog()), ["private/app", "public/app"]);
    const anonymous = fakes.client(url);
    assert.deepEqual(await collect(anonymous.catalog()), ["public/app"]);
    assert.deepEqual(await collect(anonymous.catalog(1)), ["public/app"]);
    assert.ok(await anonymous.headManifest("public/app", "v1"));
    await assert.rejects(anonymous.headManifest("private/app", "v1"), { status: 401 });
  });

  it("notices a wrong password although everybody may read", async () => {
    const wrong = fakes.client(registry?.url ?? "", {
      credentials: { username: "ada", password: "wrong" },
    });
    await assert.rejects(wrong.ping(), /401 .*the given credentials were not accepted/);
  });
});
