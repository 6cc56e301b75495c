import assert from "node:assert/strict";
import { registryHost } from "../../src/config/cluster";
import { parseStackConfig } from "../../src/config/stack";
import { errorOf } from "./told";
import { right, wrongStacks } from "./wrongStacks";

describe("parseStackConfig", () => {
  it("fills in what a careful operator would have chosen", () => {
    const { seeds, ...config } = parseStackConfig(right);
    assert.deepEqual(config, {
      cluster: {
        ...right.cluster,
        gateways: [{ name: "ts" }, { name: "private" }, { name: "public" }],
        aliases: [],
      },
      zot: {
        version: "2.1.18",
        logLevel: "info",
        metrics: true,
        gcDelay: "24h",
        gcInterval: "24h",
      },
      registry: {
        namespace: "zot",
        image: "ghcr.io/project-zot/zot",
        replicas: 1,
        onePusherPerRepository: false,
        adopt: false,
        storage: { size: "20Gi", template: { size: "20Gi" } },
        resources: { cpu: "100m", memory: "256Mi", memoryLimit: "1Gi" },
        startupTimeout: "10m",
      },
      chart: { source: "https://zotregistry.dev/helm-charts", version: "0.1.122" },
      access: {
        tier: "private",
        allow: [],
        moving: [],
        groups: {},
        roles: { admin: [], ci: [], puller: [] },
        rules: [],
      },
      sources: {},
      upstreams: [],
      apiKeys: [],
      revokeKeys: true,
      rotation: 1,
      renewal: { fleet: 1, sessionKeys: 1 },
      pullSecrets: [],
      compression: "zstd",
      checks: { extraContent: false, certificateEndsWithin: "14d", clockSkew: "60s" },
    });
    assert.deepEqual(seeds, [
      { ...right.seeds[0], onMoved: "restore", onRemove: "keep", rollouts: [] },
    ]);
    assert.equal(registryHost(config.cluster), "oci.killinit.cc");
  });

  it("needs no more than a cluster", () => {
    assert.deepEqual(parseStackConfig({ cluster: right.cluster }).seeds, []);
  });

  it("takes a gateway in another namespace, as a text and as an object", () => {
    const gateways = ["ts", "network/private", { name: "public", section: "https" }];
    const { cluster } = parseStackConfig({ cluster: { ...right.cluster, gateways } });
    assert.deepEqual(cluster.gateways, [
      { name: "ts" },
      { name: "private", namespace: "network" },
      { name: "public", section: "https" },
    ]);
  });

  it("takes a password and a ready htpasswd line as they are", () => {
    for (const adminPassword of ["correct horse", `admin:$2y$05$${"./aZ9".repeat(10)}abc`])
      assert.equal(parseStackConfig({ ...right, adminPassword }).adminPassword, adminPassword);
  });

  it("takes options where the version has them, and domains of one label", () => {
    const zot = { version: "2.1.20", requestTimeout: "30m", fastRestart: true };
    const cluster = { ...right.cluster, domain: "lan", gateways: [] };
    const config = parseStackConfig({ cluster, zot });
    assert.deepEqual([config.zot.requestTimeout, config.zot.fastRestart], ["30m", true]);
    assert.deepEqual(config.cluster.gateways, []);
  });

  it("lets one tag stand under two images, and a platform's tag under another", () => {
    const [seed] = right.seeds;
    const other = { image: "openclaw/workspace", tags: ["latest", "3f2a91c-amd64"] };
    const archives = { "linux/arm/v7": "b.tar" };
    parseStackConfig({ ...right, seeds: [seed, { ...other, archives }] });
  });

  describe("refuses", () => {
    for (const { what, raw, path, found, allowed, hint } of wrongStacks)
      it(what, () => {
        const { problems, message } = errorOf(raw);
        assert.equal(problems.length, 1, message);
        const [problem] = problems;
        assert.ok(problem);
        assert.equal(problem.path, `zot-fleet:${path}`);
        if (typeof found === "string") assert.equal(problem.found, found);
        else assert.match(problem.found, found);
        assert.match(problem.allowed, allowed);
        if (hint !== undefined) assert.match(problem.hint ?? "", hint);
        else if (what.startsWith("a key unlike")) assert.equal(problem.hint, undefined);
        for (const part of Object.values(problem) as string[]) assert.ok(message.includes(part));
        assert.doesNotMatch(message, /undefined|\[object|Invalid input/);
      });
  });

  it("tells everything at once, rules between values included", () => {
    const { problems, message } = errorOf({
      clutser: {},
      cluster: { name: "Ottawa", context: "", domian: "x" },
      adminPassword: "",
      zot: { version: "2.1.14", requestTimeout: "1h", logLevel: "loud" },
      seeds: [
        { image: "a", tags: ["x", "x"], archives: { "linux/amd64": "a.tar" } },
        { image: "A", tags: [1], archives: { "linux/amd46": 7 } },
      ],
    });
    assert.deepEqual(
      problems.map(({ path }) => path.slice("zot-fleet:".length)).sort(),
      [
        "adminPassword",
        "cluster.context",
        "cluster.domain",
        "cluster.domian",
        "cluster.name",
        "clutser",
        'seeds[1].archives["linux/amd46"]',
        'seeds[1].archives["linux/amd46"]',
        "seeds[0].tags[1]",
        "seeds[1].image",
        "seeds[1].tags[0]",
        "zot.logLevel",
        "zot.requestTimeout",
      ].sort(),
    );
    assert.match(message, /^The stack file is wrong in 13 places\.\n\n {2}zot-fleet:/);
  });

  it("reads like this", () => {
    const { message } = errorOf({ cluster: { ...right.cluster, gatways: ["ts"] } });
    assert.equal(
      message,
      [
        "The stack file is wrong in one place.",
        "",
        "  zot-fleet:cluster.gatways",
        "    found:    an unknown key",
        "    allowed:  the keys name, context, domain, gateways, rebind and aliases",
        "    hint:     did you mean gateways?",
      ].join("\n"),
    );
  });

  describe("never shows a secret", () => {
    const canary = "c4n4ry-hunter2";
    const tooLong = canary.repeat(9);
    for (const [where, adminPassword] of [
      ["too long", tooLong],
      ["with a line break", `${canary}\n`],
      ["cut short as a hash", `${canary}:$2y$10$${canary}`],
      ["in a list", [canary]],
      ["as a key", { [canary]: canary }],
    ] as const)
      it(where, () => {
        const error = errorOf({ ...right, adminPassword });
        assert.doesNotMatch(JSON.stringify(error.problems) + String(error.stack), /c4n4ry/);
      });

    it("under a mistyped key", () => {
      const error = errorOf({ ...right, adminPasword: canary, cluster: { adminPassword: canary } });
      assert.doesNotMatch(JSON.stringify(error.problems) + String(error.stack), /c4n4ry/);
    });

    it("where the stack file encrypts more than it must", () => {
      const cluster = { ...right.cluster, name: `${canary}!`, context: canary, domain: 1 };
      const error = errorOf({ ...right, cluster }, ["cluster"]);
      assert.equal(error.problems.length, 2);
      assert.doesNotMatch(JSON.stringify(error.problems) + String(error.stack), /c4n4ry/);
    });
  });
});
