import assert from "node:assert/strict";
import type { CheckResult } from "../../src/checks/check";
import type { DeclaredOidc } from "../../src/checks/expectations";
import { oidcChecks } from "../../src/checks/oidc/oidcChecks";
import { runVerification } from "../../src/checks/runVerification";
import { issuerProof } from "../../src/resources/issuerProof";
import { callback, podWith, startSite, type Site } from "../support/oidc/site";
import { closeAll, type Undo } from "../support/undo";

const only = new Set(oidcChecks.map(({ code }) => code));

describe("checks of signing in at an identity provider", function () {
  this.timeout(120_000);
  const undo: Undo[] = [];
  let site: Site;

  before(async function () {
    site = await startSite(this, undo);
  });

  after(() => closeAll(undo));

  async function look(change: Partial<DeclaredOidc> = {}): Promise<CheckResult[]> {
    const { cluster: _, oidc, ...asked } = site.verified;
    assert.ok(oidc !== undefined);
    return runVerification({ ...asked, oidc: { ...oidc, ...change } }, [], { only, patienceMs: 0 });
  }

  const failures = (results: readonly CheckResult[]) =>
    results.filter(({ status }) => status === "failed");

  it("pass as it was deployed", async () => {
    const results = await look();
    assert.deepEqual(
      results.map(({ code, status }) => `${code} ${status}`),
      ["ZF601 passed", "ZF602 passed", "ZF603 passed", "ZF604 passed", "ZF605 passed"],
    );
    const [usable, , redirect, known, secret] = results.map(({ detail }) => detail);
    assert.deepEqual(
      [usable, redirect, known, secret],
      [
        site.issuer.url,
        `to ${site.issuer.url}/auth as zot, and back to ${callback}`,
        `zot, back to ${callback}: login_required`,
        "zot: invalid_grant, as it should be",
      ],
    );
  });

  const others: [string, () => Partial<DeclaredOidc>, string, RegExp][] = [
    [
      "an issuer with another end",
      () => ({ issuer: `${site.issuer.url}/` }),
      "ZF601",
      /calls itself .*differs by the slash at its end$/,
    ],
    [
      "an issuer that is not there",
      () => ({ issuer: "https://127.0.0.1:9" }),
      "ZF601",
      /connection refused/,
    ],
    ["another client", () => ({ clientId: "zoot" }), "ZF603", /client_id is zot, not zoot$/],
    [
      "another callback",
      () => ({ callback: "https://oci.fleet.test/callback" }),
      "ZF603",
      /redirect_uri is https:\/\/oci\.fleet\.test\/zot\/auth\/callback\/oidc, not /,
    ],
    [
      "other scopes",
      () => ({ scopes: ["openid", "groups"] }),
      "ZF603",
      /^its scope is openid profile email, not openid groups$/,
    ],
    [
      "another secret",
      () => ({ clientSecret: "hunter3-canary" }),
      "ZF605",
      /^it answers 401 invalid_client to zot$/,
    ],
  ];
  for (const [what, change, code, detail] of others)
    it(`fail where ${what} was declared`, async () => {
      const results = await look(change());
      const found = failures(results).find((each) => each.code === code);
      assert.match(found?.detail ?? "passed", detail);
      assert.ok(!JSON.stringify(results).includes("hunter"));
    });

  /** The checks of the same deployment as another client, which the provider knows otherwise or not at all. */
  async function deployedAs(clientId: string): Promise<CheckResult[]> {
    const running = await (await podWith(site, { clientId }, undo)).start();
    site.gateway.lead(running.port);
    try {
      return failures(await look({ clientId }));
    } finally {
      site.gateway.lead(site.zot.port);
      await running.stop();
    }
  }

  it("name the callback to register where the provider has another", async () => {
    const [found, ...rest] = await deployedAs("elsewhere");
    assert.deepEqual([found?.code, rest], ["ZF604", []]);
    assert.match(found?.detail ?? "", /^it answers 400 invalid_redirect_uri to elsewhere/);
    assert.ok(found?.hint.startsWith(`Register ${callback} at the provider`), found?.hint);
  });

  it("tell a client that the provider does not have", async () => {
    assert.deepEqual(
      (await deployedAs("nobody")).map(({ code, detail }) => `${code} ${detail}`),
      [
        `ZF604 it answers 400 invalid_client to nobody with the callback ${callback}`,
        "ZF605 it answers 401 invalid_client to nobody",
      ],
    );
  });

  it("say so where the provider may not be asked, and look at the registry alone", async () => {
    const results = await look({ reachable: false, issuer: "https://127.0.0.1:9" });
    assert.deepEqual(
      results.map(({ code, status }) => `${code} ${status}`),
      ["ZF601 skipped", "ZF602 skipped", "ZF603 passed", "ZF604 skipped", "ZF605 skipped"],
    );
  });

  describe("before a deployment", () => {
    const declared = (change: Partial<DeclaredOidc> = {}): DeclaredOidc => {
      assert.ok(site.verified.oidc !== undefined);
      return { ...site.verified.oidc, ...change };
    };

    it("let it go on where the provider is one that Zot can use", async () => {
      await issuerProof.provider.create(declared());
    });

    const stopping: [string, () => Partial<DeclaredOidc>, RegExp][] = [
      [
        "Zot would not start",
        () => ({ issuer: `${site.issuer.url}/` }),
        /^Error: 1 of 1 checks failed\n {2}ZF601.*\n.*\n.*Nothing was changed/,
      ],
      ["the client is not known", () => ({ clientId: "nobody" }), /ZF604 failed.*invalid_client/],
      [
        "the callback is not known",
        () => ({ clientId: "elsewhere" }),
        /Register https:\/\/oci\.fleet/,
      ],
      [
        "the secret is another",
        () => ({ clientSecret: "hunter3-canary" }),
        /^Error: 1 of 3 checks failed\n {2}ZF605 failed[^]*config set --secret oidcClientSecret/,
      ],
    ];
    for (const [what, change, words] of stopping)
      it(`stop it where ${what}, and not where they may not look`, async () => {
        const wrong = declared(change());
        await assert.rejects(issuerProof.provider.create(wrong), (error) => {
          assert.match(String(error), words);
          return !String(error).includes("hunter");
        });
        await issuerProof.provider.create({ ...wrong, reachable: false });
      });

    it("are right that Zot would not start", async () => {
      const pod = await podWith(site, { issuer: `${site.issuer.url}/` }, undo);
      await assert.rejects(async () => {
        await (await pod.start()).stop();
      }, /issuer does not match/);
    });
  });
});
