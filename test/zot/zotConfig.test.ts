import assert from "node:assert/strict";
import fc from "fast-check";
import semver from "semver";
import { UnsupportedFeatureError } from "../../src/zot/versions";
import {
  logLevels,
  zotConfig,
  zotDefaults,
  type ZotConfig,
  type ZotConfigOptions,
} from "../../src/zot/zotConfig";
import { skipWithout } from "../support/skip";
import { zotVerify, zotVersionOf } from "../support/zotVerify";

const plain: ZotConfigOptions = {
  version: "2.1.18",
  address: "0.0.0.0",
  port: 5000,
  rootDirectory: "/var/lib/registry",
  htpasswdPath: "/secret/htpasswd",
  admins: ["admin"],
};

/** Every config that this file builds; the last test shows them all to Zot. */
const built: [ZotConfigOptions, ZotConfig][] = [];

function build(options: Partial<ZotConfigOptions> = {}): ZotConfig {
  const all = { ...plain, ...options };
  const config = zotConfig(all);
  built.push([all, config]);
  return config;
}

describe("zotConfig", () => {
  it("makes a private registry of the least that it must be told", () => {
    assert.deepEqual(build(), {
      distSpecVersion: "1.1.1",
      storage: {
        rootDirectory: "/var/lib/registry",
        dedupe: true,
        gc: true,
        gcDelay: "24h",
        gcInterval: "24h",
      },
      http: {
        address: "0.0.0.0",
        port: "5000",
        realm: "zot",
        compat: ["docker2s2"],
        readTimeout: "2h",
        writeTimeout: "2h",
        auth: { htpasswd: { path: "/secret/htpasswd" }, failDelay: 1 },
        accessControl: {
          repositories: { "**": { defaultPolicy: [] } },
          adminPolicy: { users: ["admin"], actions: ["read", "create", "update", "delete"] },
          metrics: { users: ["admin"] },
        },
      },
      log: { level: "info" },
      extensions: {
        search: { enable: false },
        ui: { enable: false },
        metrics: { enable: true, prometheus: { path: "/metrics" } },
      },
    });
  });

  it("gives readers and pushers what their names say, and nobody else anything", () => {
    const config = build({ readers: ["puller-1"], pushers: ["ci"] });
    assert.deepEqual(config.http.accessControl.repositories, {
      "**": {
        policies: [
          { users: ["puller-1"], actions: ["read"] },
          { users: ["ci"], actions: ["read", "create"] },
        ],
        defaultPolicy: [],
      },
    });
  });

  it("keeps what retention says, without a word about it where nothing is to go", () => {
    const rules = [{ repositories: "ci/**", keep: [{ tags: ["v*"] }, { pushedWithin: "30d" }] }];
    const { storage } = build({ retention: { delay: "2d", rules } });
    assert.deepEqual([storage.retention?.dryRun, storage.retention?.delay], [true, "48h"]);
    assert.ok(!("retention" in build({ retention: { rules: [] } }).storage));
  });

  it("opens the metrics to the admins alone", () => {
    const config = build({ admins: ["admin", "ops"] });
    assert.deepEqual(config.extensions.metrics, {
      enable: true,
      prometheus: { path: "/metrics" },
    });
    assert.deepEqual(config.http.accessControl.metrics, { users: ["admin", "ops"] });
  });

  it("serves no metrics where they are not wanted", () => {
    const config = build({ metrics: false });
    assert.equal(config.extensions.metrics, undefined);
    assert.equal(config.http.accessControl.metrics, undefined);
  });

  it("takes what it is told", () => {
    const config = build({
      address: "127.0.0.1",
      port: 0,
      admins: ["admin", "fleet"],
      gcDelay: "1h",
      gcInterval: "1h30m",
      requestTimeout: "20m",
      fastRestart: true,
      failDelay: 0,
      logLevel: "warn",
    });
    assert.equal(config.http.port, "0");
    assert.equal(config.http.readTimeout, "20m");
    assert.equal(config.http.writeTimeout, "20m");
    assert.equal(config.http.auth.failDelay, 0);
    assert.deepEqual(config.http.accessControl.adminPolicy.users, ["admin", "fleet"]);
    assert.deepEqual(
      [config.storage.gcDelay, config.storage.gcInterval, config.storage.fastRestart],
      ["1h", "1h30m", true],
    );
    assert.deepEqual(config.log, { level: "warn" });
  });

  it("keeps images in a bucket, and never deduplicates there", () => {
    const { storage, extensions } = build({
      shared: {
        s3: { bucket: "images", region: "eu-west-1", prefix: "registries/ottawa" },
        redis: { addresses: ["redis:6379"], keyPrefix: "ottawa" },
      },
      redisPassword: "hunter2",
      upstreams: [{ name: "quay.io", url: "https://quay.io" }],
    });
    assert.equal(storage.dedupe, false);
    assert.deepEqual(storage.storageDriver, {
      name: "s3",
      rootdirectory: "/registries/ottawa",
      region: "eu-west-1",
      bucket: "images",
      secure: true,
      skipverify: false,
    });
    assert.deepEqual(storage.cacheDriver, {
      name: "redis",
      addr: ["redis:6379"],
      keyprefix: "ottawa",
      password: "hunter2",
    });
    // Zot does not start with caches over a bucket and no folder for what is on its way there.
    assert.equal(extensions.sync?.downloadDir, "/var/lib/registry/sync");
  });

  it("writes the log where it is told", () => {
    const { log } = zotConfig({ ...plain, logOutput: "/var/log/zot.log" });
    assert.deepEqual(log, { level: "info", output: "/var/log/zot.log" });
  });

  it("sets no timeouts for a Zot that would stop at the key", () => {
    for (const version of ["2.1.14", "2.1.15", "2.1.16"]) {
      const { http } = build({ version });
      assert.ok(!("readTimeout" in http) && !("writeTimeout" in http), version);
    }
    for (const version of ["2.1.17", "2.1.19", "2.1.20"])
      assert.equal(build({ version }).http.readTimeout, zotDefaults.requestTimeout);
  });

  it("refuses everything that the version lacks, at once", () => {
    assert.throws(
      () => zotConfig({ ...plain, version: "2.1.14", requestTimeout: "1h", fastRestart: true }),
      (error) =>
        error instanceof UnsupportedFeatureError &&
        error.needed === "2.1.18" &&
        error.features.length === 2,
    );
  });

  for (const [what, wrong] of [
    ["no admin", { admins: [] }],
    ["an admin with a colon", { admins: ["a:b"] }],
    ["a port of 65536", { port: 65_536 }],
    ["a port of 80.5", { port: 80.5 }],
    ["a negative failDelay", { failDelay: -1 }],
    ["a duration without a unit", { gcDelay: "24" }],
    ["a duration in weeks", { gcInterval: "1w" }],
    ["a negative duration", { requestTimeout: "-1h" }],
  ] as [string, Partial<ZotConfigOptions>][])
    it(`refuses ${what}`, () => {
      assert.throws(() => zotConfig({ ...plain, ...wrong }), RangeError);
    });

  it("has no days, which Go does not know", () => {
    const { storage, http } = zotConfig({ ...plain, gcDelay: "1d12h", requestTimeout: "1d" });
    assert.deepEqual([storage.gcDelay, http.readTimeout], ["24h12h", "24h"]);
  });

  it("refuses a version that it does not know", () => {
    assert.throws(() => zotConfig({ ...plain, version: "2.1.13" }), /2\.1\.14 or newer/);
  });

  it("is a function of its options, survives JSON, and never opens anything to strangers", () => {
    fc.assert(
      fc.property(anyOptions(), (options) => {
        const config = zotConfig(options);
        assert.deepEqual(config, zotConfig(structuredClone(options)));
        assert.deepEqual(JSON.parse(JSON.stringify(config)), config);
        assert.ok(!JSON.stringify(config).includes("anonymousPolicy"));
        assert.deepEqual(config.http.accessControl.repositories, { "**": { defaultPolicy: [] } });
      }),
    );
  });

  it("makes nothing that zot verify refuses", async function () {
    const zot = skipWithout("zot", this);
    this.timeout(120_000);
    const version = await zotVersionOf(zot);
    const drawn = fc
      .sample(anyOptions(), { numRuns: 3, seed: 4 })
      .map((options) => ({ ...options, version }))
      .map((options) => [options, tryConfig(options)] as const);
    const mine = built.filter(([options]) => semver.lte(options.version, version));
    for (const [options, config] of [...mine, ...drawn]) {
      if (config === undefined) continue;
      assert.equal(await zotVerify(zot, config), undefined, JSON.stringify(options));
    }
  });

  it("is right that zot refuses what it does not know", async function () {
    const zot = skipWithout("zot", this);
    const wrong = { ...build(), storage: { ...build().storage, noSuchKey: true } };
    assert.match((await zotVerify(zot, wrong)) ?? "", /noSuchKey/i);
  });
});

/** The config, or undefined where the zot at hand lacks a feature that was drawn. */
function tryConfig(options: ZotConfigOptions): ZotConfig | undefined {
  try {
    return zotConfig(options);
  } catch (error) {
    if (error instanceof UnsupportedFeatureError) return undefined;
    throw error;
  }
}

function anyOptions(): fc.Arbitrary<ZotConfigOptions> {
  const duration = fc
    .tuple(fc.integer({ min: 1, max: 999 }), fc.constantFrom("ms", "s", "m", "h"))
    .map(([count, unit]) => `${count}${unit}`);
  const accounts = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9@.-]{0,12}$/), {
    minLength: 1,
    maxLength: 4,
  });
  return fc.record(
    {
      version: fc.constantFrom("2.1.18", "2.1.19", "2.1.20"),
      address: fc.constantFrom("0.0.0.0", "127.0.0.1", "::1"),
      port: fc.integer({ min: 0, max: 65_535 }),
      rootDirectory: fc.constant("/var/lib/registry"),
      htpasswdPath: fc.constant("/secret/htpasswd"),
      admins: accounts,
      metrics: fc.boolean(),
      gcDelay: duration,
      gcInterval: duration,
      requestTimeout: duration,
      fastRestart: fc.boolean(),
      failDelay: fc.integer({ min: 0, max: 60 }),
      logLevel: fc.constantFrom(...logLevels),
    },
    {
      requiredKeys: ["version", "address", "port", "rootDirectory", "htpasswdPath", "admins"],
    },
  );
}
