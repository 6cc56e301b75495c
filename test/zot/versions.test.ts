import assert from "node:assert/strict";
import fc from "fast-check";
import {
  defaultZotVersion,
  neededVersion,
  oldestZotVersion,
  supports,
  unsupportedMessage,
  UnsupportedFeatureError,
  validateZotVersion,
  zotFeatures,
  ZotVersionError,
  type ZotFeature,
} from "../../src/zot/versions";
import { zotConfig } from "../../src/zot/zotConfig";
import { skipWithout } from "../support/skip";
import { zotVerify, zotVersionOf } from "../support/zotVerify";

/** Feature, the last release without it, the first with it; read in the tagged sources. */
const table: [ZotFeature, string, string][] = [
  ["updateToOverwrite", "2.1.14", "2.1.15"],
  ["dockerChallenge", "2.1.15", "2.1.16"],
  ["maxRepos", "2.1.15", "2.1.16"],
  ["schemaCommand", "2.1.15", "2.1.16"],
  ["httpTimeouts", "2.1.16", "2.1.17"],
  ["groupsClaim", "2.1.16", "2.1.17"],
  ["policyConditions", "2.1.16", "2.1.17"],
  ["fastRestart", "2.1.17", "2.1.18"],
  ["redirectBlobUrl", "2.1.17", "2.1.18"],
  ["anonymousMetrics", "2.1.17", "2.1.18"],
  ["gcTimeWindow", "2.1.18", "2.1.19"],
  ["keepUntagged", "2.1.18", "2.1.19"],
];

type Tree = { [key: string]: Tree } & Record<string, unknown>;

/** Features that are keys of config.json, each with a config that uses it. */
const keys: Partial<Record<ZotFeature, (config: Record<"storage" | "http", Tree>) => void>> = {
  maxRepos: ({ storage }) => Object.assign(storage, { maxRepos: 9 }),
  httpTimeouts: ({ http }) => Object.assign(http, { readTimeout: "1h", writeTimeout: "1h" }),
  groupsClaim: ({ http }) => {
    const oidc = { issuer: "https://x.test", clientid: "x", scopes: ["openid"] };
    const providers = { oidc: { ...oidc, claimMapping: { groups: "roles" } } };
    Object.assign(http["auth"] ?? {}, { openid: { providers } });
  },
  policyConditions: ({ http }) => {
    const conditions = [{ expression: 'req.tag == "x"', message: "x" }];
    const policies = [{ users: ["a"], actions: ["read"], conditions }];
    Object.assign(http["accessControl"] ?? {}, { repositories: { "**": { policies } } });
  },
  fastRestart: ({ storage }) => Object.assign(storage, { fastRestart: true }),
  redirectBlobUrl: ({ storage }) => Object.assign(storage, { redirectBlobURL: true }),
  anonymousMetrics: ({ http }) =>
    Object.assign(http["accessControl"] ?? {}, { metrics: { anonymousPolicy: ["read"] } }),
  gcTimeWindow: ({ storage }) => Object.assign(storage, { gcTimeWindow: "01:00-08:00" }),
  keepUntagged: ({ storage }) => {
    const policies = [{ repositories: ["**"], keepUntagged: { mostRecentlyPushedCount: 2 } }];
    Object.assign(storage, { retention: { policies } });
  },
};

const plain = {
  address: "127.0.0.1",
  port: 5000,
  rootDirectory: "/var/lib/registry",
  htpasswdPath: "/secret/htpasswd",
  admins: ["admin"],
};

describe("what each Zot understands", () => {
  it("is told here feature by feature", () => {
    assert.deepEqual([...zotFeatures].sort(), table.map(([feature]) => feature).sort());
  });

  for (const [feature, last, first] of table)
    it(`${feature}: not in ${last}, in ${first}`, () => {
      assert.equal(supports(last, feature), false);
      assert.equal(supports(first, feature), true);
      assert.equal(neededVersion(feature), first);
      assert.match(unsupportedMessage(last, feature), new RegExp(`${last}.* came with ${first}$`));
    });

  it("is never less in a newer one", () => {
    const patches = fc.integer({ min: 14, max: 60 });
    fc.assert(
      fc.property(fc.constantFrom(...zotFeatures), patches, patches, (feature, a, b) => {
        const [older, newer] = [`2.1.${Math.min(a, b)}`, `2.1.${Math.max(a, b)}`];
        assert.ok(!supports(older, feature) || supports(newer, feature));
      }),
    );
  });

  it("compares numbers, not letters", () => {
    assert.ok(supports("2.1.100", "keepUntagged"));
    assert.ok(supports("2.10.0", "keepUntagged"));
  });

  for (const version of ["2.1.13", "2.0.99", "1.4.3", "3.0.0", "10.1.0"])
    it(`does not cover ${version}`, () => {
      assert.match(validateZotVersion(version) ?? "", /2\.1\.14 or newer/);
      assert.throws(() => supports(version, "maxRepos"), ZotVersionError);
    });

  for (const version of ["", "latest", "v2.1.18", "2.1", "2.1.18-rc1", "2.1.18 ", "2.01.18"])
    it(`takes ${JSON.stringify(version)} for no release`, () => {
      assert.match(validateZotVersion(version) ?? "", /a release of Zot, such as 2\.1\.18/);
    });

  for (const [feature, change] of Object.entries(keys))
    it(`agrees with the zot on PATH about ${feature}`, async function () {
      const zot = skipWithout("zot", this);
      const version = await zotVersionOf(zot);
      const config = zotConfig({ ...plain, version });
      change(config as unknown as Record<"storage" | "http", Tree>);
      const answer = await zotVerify(zot, config);
      const known = supports(version, feature as ZotFeature);
      assert.equal(/invalid keys|unknown keys/.test(answer ?? ""), !known, answer);
    });

  it("has sound ends", () => {
    assert.equal(validateZotVersion(defaultZotVersion), undefined);
    assert.equal(validateZotVersion(oldestZotVersion), undefined);
  });

  it("names everything that is missing, and the version that has it all", () => {
    const error = new UnsupportedFeatureError("2.1.14", ["gcTimeWindow", "maxRepos"]);
    assert.equal(error.needed, "2.1.19");
    assert.equal(error.message.split("\n").length, 2);
    assert.match(error.message, /gcTimeWindow, which came with 2\.1\.19/);
    assert.match(error.message, /maxRepos, which came with 2\.1\.16/);
  });
});
