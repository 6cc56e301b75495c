import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import {
  callbackOf,
  oidcCredentials,
  oidcDefaults,
  oidcSecretKeys,
  signInPath,
  type OidcSettings,
} from "../../src/zot/oidc";
import { newSessionKeys, sessionKeysFile } from "../../src/zot/sessionKeys";
import { zotConfig } from "../../src/zot/zotConfig";
import { useScratch } from "../images/scratch";
import { skipWithout } from "../support/skip";
import { zotVerify, zotVersionOf } from "../support/zotVerify";

const plain = {
  address: "0.0.0.0",
  port: 5000,
  rootDirectory: "/var/lib/registry",
  htpasswdPath: "/secret/htpasswd",
  admins: ["admin"],
};

const oidc: OidcSettings = {
  issuer: "https://auth.x.test/",
  clientId: "zot",
  ...oidcDefaults,
  ui: true,
};

const externalUrl = "https://oci.x.test";

const configFor = (version: string, change: Partial<OidcSettings> = {}) =>
  zotConfig({ ...plain, version, externalUrl, oidc: { ...oidc, ...change } });

describe("an identity provider in Zot's config", () => {
  const scratch = useScratch();

  it("is refused a groups claim that this Zot does not look at", () => {
    const claims = { username: "email", groups: "roles" };
    assert.throws(
      () => configFor("2.1.16", { claims }),
      /^UnsupportedFeatureError: Zot 2\.1\.16 does not know claimMapping\.groups.*2\.1\.17$/,
    );
    const { openid } = configFor("2.1.17", { claims }).http.auth;
    assert.deepEqual(openid?.providers.oidc.claimMapping, claims);
    const usual = configFor("2.1.16").http.auth.openid;
    assert.deepEqual(usual?.providers.oidc.claimMapping, { username: "email" });
  });

  it("turns Zot's pages on where they are wanted, with the search that they need", () => {
    for (const ui of [true, false]) {
      const { extensions } = configFor("2.1.18", { ui });
      assert.deepEqual([extensions.ui.enable, extensions.search.enable], [ui, ui]);
    }
  });

  it("has the callback that people are sent back to, and the path that sends them", () => {
    assert.equal(callbackOf(externalUrl), "https://oci.x.test/zot/auth/callback/oidc");
    assert.equal(signInPath, "/zot/auth/login?provider=oidc");
  });

  it("is told whole, in Zot's spelling, with its secrets in files of the Secret", () => {
    // examples/config-openid.json of Zot, and pkg/api/config/config.go for the keys of sessions.
    const { openid, apikey, sessionKeysFile, secureSession } = configFor("2.1.18").http.auth;
    assert.deepEqual(openid, {
      providers: {
        oidc: {
          name: "OpenID Connect",
          issuer: "https://auth.x.test/",
          credentialsFile: "/secret/oidc-credentials.json",
          scopes: ["openid", "profile", "email"],
          claimMapping: { username: "email" },
        },
      },
    });
    assert.equal(sessionKeysFile, "/secret/session-keys.json");
    assert.deepEqual([apikey, secureSession], [true, true]);
    assert.deepEqual(Object.values(oidcSecretKeys), ["oidc-credentials.json", "session-keys.json"]);
  });

  it("alone wants to know what browsers call the registry", () => {
    assert.equal(configFor("2.1.18").http.externalUrl, externalUrl);
    const without = zotConfig({ ...plain, version: "2.1.18", externalUrl });
    assert.ok(!("externalUrl" in without.http));
    assert.ok(!("externalUrl" in zotConfig({ ...plain, version: "2.1.18", oidc }).http));
  });

  it("reads its secrets where the files are, and keeps them as Zot spells them", () => {
    const oidcFiles = { credentials: "/tmp/c.json", sessionKeys: "/tmp/k.json" };
    const { auth } = zotConfig({ ...plain, version: "2.1.18", oidc, oidcFiles }).http;
    assert.equal(auth.openid?.providers.oidc.credentialsFile, "/tmp/c.json");
    assert.equal(auth.sessionKeysFile, "/tmp/k.json");
    assert.deepEqual(JSON.parse(oidcCredentials("zot", 'a"secret\\')), {
      clientid: "zot",
      clientsecret: 'a"secret\\',
    });
  });

  it("is not needed by accounts that make API keys", () => {
    const keys = (apiKeys: boolean) =>
      zotConfig({ ...plain, version: "2.1.18", apiKeys }).http.auth;
    assert.equal(keys(true).apikey, true);
    assert.ok(!("apikey" in keys(false)));
  });

  it("signs and encrypts its cookies with keys of 64 and 32 characters, never the same twice", () => {
    const [one, other] = [newSessionKeys(), newSessionKeys()];
    assert.match(one.hashKey, /^[\w-]{64}$/);
    assert.match(one.encryptKey, /^[\w-]{32}$/);
    assert.notEqual(one.hashKey, other.hashKey);
    assert.notEqual(one.encryptKey, other.encryptKey);
    assert.deepEqual(JSON.parse(sessionKeysFile(one)), one);
  });

  it("is nothing that zot verify refuses, and its files are what Zot reads", async function () {
    const zot = skipWithout("zot", this);
    this.timeout(120_000);
    const files = { credentials: scratch("credentials.json"), sessionKeys: scratch("keys.json") };
    await writeFile(files.sessionKeys, sessionKeysFile(newSessionKeys()));
    await writeFile(files.credentials, oidcCredentials("zot", 'a"secret\\'));
    const options = { ...plain, version: await zotVersionOf(zot), oidcFiles: files };
    const config = zotConfig({ ...options, externalUrl, oidc });
    assert.equal(await zotVerify(zot, config), undefined);
    await writeFile(files.credentials, JSON.stringify({ clientid: "zot" }));
    assert.match((await zotVerify(zot, config)) ?? "", /unset keys/);
  });
});
