import assert from "node:assert/strict";
import type { StackConfig } from "../../src/config/stack";
import { declare, revealed, stackOf, type Declared } from "../support/deployment";

const config = stackOf("accra");
const { oidc } = config;
assert.ok(oidc !== undefined);

const withSecret = (oidcClientSecret: string, change: Partial<StackConfig> = {}) =>
  declare({ ...config, oidcClientSecret, ...change }, false);

const named = (resources: Declared[], name: string) =>
  resources.find((resource) => resource.name === name);

const releaseIn = (resources: Declared[]) =>
  resources.find(({ type }) => type.endsWith(":Release"))?.inputs;

function secretIn(resources: Declared[]): Record<string, string> {
  const { data = {} } = revealed(named(resources, "zot-secret")?.inputs) as {
    data?: Record<string, string>;
  };
  const decode = (text: string) => Buffer.from(text, "base64").toString();
  return Object.fromEntries(Object.entries(data).map(([name, text]) => [name, decode(text)]));
}

const hashIn = (resources: Declared[]) =>
  /restarts-when-secret-changes":"([0-9a-f]{64})/.exec(JSON.stringify(releaseIn(resources)))?.[1];

describe("signing in, as it is deployed", () => {
  it("keeps the client's secret and the session keys in the registry's Secret, and nowhere in plain", async () => {
    const { resources } = await withSecret("c4n4ry-secret");
    const files = secretIn(resources);
    assert.deepEqual(JSON.parse(files["oidc-credentials.json"] ?? ""), {
      clientid: "zot",
      clientsecret: "c4n4ry-secret",
    });
    const keys = JSON.parse(files["session-keys.json"] ?? "") as Record<string, string>;
    assert.deepEqual(Object.keys(keys), ["hashKey", "encryptKey"]);
    const release = JSON.stringify(releaseIn(resources));
    for (const secret of ["c4n4ry", ...Object.values(keys)]) assert.ok(!release.includes(secret));
    for (const { name, inputs } of resources)
      for (const [path, text] of plainTexts(inputs))
        assert.ok(!text.includes("c4n4ry"), `${name}: ${path}`);
  });

  it("tells Zot of the provider by the Secret's files", async () => {
    const { resources } = await withSecret("x");
    const values = releaseIn(resources)?.["values"] as { configFiles: Record<string, string> };
    const { http, extensions } = JSON.parse(values.configFiles["config.json"] ?? "") as {
      http: { auth: Record<string, unknown>; externalUrl: string };
      extensions: Record<string, unknown>;
    };
    const { htpasswd: _, failDelay: __, ...auth } = http.auth;
    assert.equal(http.externalUrl, "https://oci.accra.killinit.cc");
    assert.deepEqual(auth, {
      openid: {
        providers: {
          oidc: {
            name: "OpenID Connect",
            issuer: "https://auth.killinit.cc/application/o/zot/",
            credentialsFile: "/secret/oidc-credentials.json",
            scopes: ["openid", "profile", "email"],
            claimMapping: { username: "email" },
          },
        },
      },
      apikey: true,
      sessionKeysFile: "/secret/session-keys.json",
      secureSession: true,
    });
    assert.deepEqual(
      [extensions["search"], extensions["ui"]],
      [{ enable: true }, { enable: true }],
    );
  });

  it("rolls the pod when the client's secret changes, and only then", async () => {
    const hashes: (string | undefined)[] = [];
    for (const secret of ["one", "two", "one"])
      hashes.push(hashIn((await withSecret(secret)).resources));
    const [one, two, again] = hashes;
    assert.match(one ?? "", /^[0-9a-f]{64}$/);
    assert.notEqual(one, two);
    assert.equal(one, again);
  });

  it("looks at the provider before the registry changes, and not where it may not", async () => {
    const { resources } = await withSecret("x");
    const names = resources.map(({ name }) => name);
    assert.ok(names.indexOf("issuer") < names.indexOf("admin"));
    assert.deepEqual(plain(named(resources, "issuer")?.inputs), {
      issuer: "https://auth.killinit.cc/application/o/zot/",
      clientId: "zot",
      clientSecret: "x",
      callback: "https://oci.accra.killinit.cc/zot/auth/callback/oidc",
      scopes: ["openid", "profile", "email"],
      reachable: true,
    });
    const quiet = await withSecret("x", { oidc: { ...oidc, checkIssuer: false } });
    const { reachable } = plain(named(quiet.resources, "issuer")?.inputs) as { reachable: boolean };
    assert.equal(reachable, false);
  });

  it("lets Zot trust the provider's certificate, which is no secret", async () => {
    const ca = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n";
    const { resources } = await withSecret("x", { oidc: { ...oidc, ca } });
    const values = releaseIn(resources)?.["values"] as {
      configFiles: Record<string, string>;
      env: { name: string; value: string }[];
    };
    assert.equal(values.configFiles["trusted.pem"], ca);
    assert.deepEqual(values.env.at(-1), {
      name: "SSL_CERT_DIR",
      value: "/etc/ssl/certs:/etc/zot",
    });
  });

  it("tells the callback to register, and nothing where nobody signs in", async () => {
    const { outputs } = await withSecret("x");
    assert.equal(outputs.oidcCallback, "https://oci.accra.killinit.cc/zot/auth/callback/oidc");
    const { resources, outputs: none } = await declare(stackOf("lisbon"), false);
    assert.equal(none.oidcCallback, undefined);
    assert.ok(!resources.some(({ type }) => /:(?:SessionKeys|IssuerProof)$/.test(type)));
    assert.deepEqual(Object.keys(secretIn(resources)), ["htpasswd"]);
  });
});

const plain = (inputs: Record<string, unknown> = {}) => {
  const { __provider: _, ...rest } = revealed(inputs) as Record<string, unknown>;
  return rest;
};

/** Every text that an engine would write as it is, with its path: what is within a secret is not among them. */
function* plainTexts(value: unknown, path = ""): Generator<[string, string]> {
  if (typeof value === "string") yield [path, value];
  if (typeof value !== "object" || value === null) return;
  if ("4dabf18193072939515e22adb298388d" in value) return;
  for (const [key, each] of Object.entries(value)) yield* plainTexts(each, `${path}.${key}`);
}
