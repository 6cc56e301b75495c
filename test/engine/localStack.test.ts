import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { RegistryClient } from "../../src/registry/client";
import type { ZotConfig } from "../../src/zot/zotConfig";
import { freePort } from "../support/freePort";
import { runLocalOnce, shown, startLocal } from "../support/localRun";
import { pushImage } from "../support/push";
import { startDistribution } from "../support/registry";
import { skipWithout } from "../support/skip";

describe("npm run local, with a stack file", function () {
  this.timeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), "local-stack-"));
  let port: string;

  before(async function () {
    for (const needed of ["pulumi", "skopeo"]) skipWithout(needed, this);
    mkdirSync(join(folder, "stacks"));
    symlinkSync(resolve(__dirname, "../../node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: zot-fleet\n");
    port = String(await freePort());
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Writes the file of a stack and gives the arguments of a run with it. */
  function withStack(config: object, kind: string): string[] {
    const keys = Object.entries(config).map(([key, value]) => [
      `zot-fleet:${key}`,
      value as unknown,
    ]);
    const text = JSON.stringify({ config: Object.fromEntries(keys) as unknown });
    writeFileSync(join(folder, "stacks/Pulumi.x.yaml"), text);
    const place = ["--folder", join(folder, "local"), "--registry", kind, "--port", port];
    return [...place, "--stack", "x"];
  }

  const access = { tier: "read-public" };
  const retention = {
    rules: [{ repositories: "**", keep: [{ mostRecentlyPushedCount: 1 }] }],
  };

  it("does what the file says, where the registry is Zot", async function () {
    skipWithout("zot", this);
    skipWithout("docker-registry", this);
    const upstream = await startDistribution();
    const source = new RegistryClient({ url: upstream.url });
    const registry = new RegistryClient({ url: `http://127.0.0.1:${port}` });
    try {
      await pushImage(source, "library/hello", "1");
      const upstreams = [{ name: "x.test", url: upstream.url, username: "fleet" }];
      const args = withStack({ access, upstreams, retention }, "zot");
      const { child, result } = startLocal(args, { cwd: folder });
      await shown(child.stdout, "until you press Ctrl-C");
      const pulled = await Promise.all(
        ["demo/hello/manifests/1.0", "x.test/library/hello/manifests/1"].map((path) =>
          registry.request({ method: "GET", path: `/v2/${path}` }),
        ),
      );
      child.kill("SIGINT");
      const { code, stdout } = await result;
      assert.equal(code, 0, stdout);
      // Strangers may pull, from the cache as well.
      assert.deepEqual(
        pulled.map(({ status }) => status),
        [200, 200],
      );
      assert.match(stdout, /^Stack +access of x used: as on a cluster$/m);
      assert.match(stdout, /^Stack +upstreams of x used: x\.test without an account/m);
      assert.match(stdout, /^Stack +retention of x used/m);
      const file = readFileSync(join(folder, "local/zot/config.json"), "utf8");
      const { storage } = JSON.parse(file) as ZotConfig;
      // The demo's images are seeded: no rule is for them.
      assert.deepEqual(
        storage.retention?.policies.map(({ repositories, keepTags }) => [
          ...repositories,
          keepTags !== undefined,
        ]),
        [
          ["demo/hello", "demo/world", false],
          ["x.test/**", false],
          ["**", true],
        ],
      );
    } finally {
      await Promise.all([source.close(), registry.close()]);
      await upstream.stop();
    }
  });

  it("says what docker-registry cannot do", async function () {
    skipWithout("docker-registry", this);
    const args = withStack({ access, retention }, "distribution");
    const { code, report, stderr } = await runLocalOnce(args, { cwd: folder });
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      report().stack?.parts.map(({ part, status }) => [part, status]),
      [
        ["access", "skipped"],
        ["retention", "skipped"],
      ],
    );
    assert.match(report().stack?.parts[0]?.detail ?? "", /knows no roles/);
  });

  it("refuses a file that is wrong, before anything is changed", async function () {
    skipWithout("docker-registry", this);
    const args = withStack({ access: { tier: "public" } }, "distribution");
    const { code, stderr } = await runLocalOnce(args, { cwd: folder });
    assert.equal(code, 2);
    assert.match(stderr, /zot-fleet:access\.tier/);
    assert.ok(!stderr.includes("    at "), stderr);
  });
});
