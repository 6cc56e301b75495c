import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { RegistryClient } from "../../src/registry/client";
import { hostsFolder } from "../../src/zot/mirrors/containerd";
import { mirrorFormats } from "../../src/zot/mirrors/mirrors";
import { startContainerd, type RunningContainerd } from "../support/containerd";
import { configuredZot, password } from "../support/configuredZot";
import { pushImage } from "../support/push";
import { startDistribution, type RunningRegistry } from "../support/registry";
import { skipBecause, skipWithout } from "../support/skip";
import { closeAll, type Undo } from "../support/undo";

const run = promisify(execFile);

describe("hosts.toml, read by containerd", function () {
  this.timeout(120_000);
  let upstream: RunningRegistry;
  let zot: RunningRegistry;
  let containerd: RunningContainerd;
  let folder: string;
  let zotRuns = true;
  const undo: Undo[] = [];

  before(async function () {
    for (const tool of ["containerd", "ctr", "docker-registry"]) skipWithout(tool, this);
    skipWithout("zot", this);
    if (process.getuid?.() !== 0) skipBecause("containerd needs root", this);
    folder = await mkdtemp(join(tmpdir(), "zot-fleet-mirrors-"));
    undo.push(() => rm(folder, { recursive: true }));
    upstream = await startDistribution();
    undo.push(() => upstream.stop());
    const source = new RegistryClient({ url: upstream.url });
    for (const name of ["one", "two", "three"])
      await pushImage(source, `library/${name}`, "1", name);
    await source.close();
    ({ zot } = await configuredZot(this, {
      upstreams: [{ name: "docker.io", url: upstream.url, retries: 0, retryDelay: "1s" }],
    }));
    undo.push(() => (zotRuns ? zot.stop() : Promise.resolve()));
    containerd = await startContainerd();
    undo.push(() => containerd.stop());
  });

  after(() => closeAll(undo));

  /** Writes the files that a node would have, and gives the folder that containerd is to look in. */
  async function nodeFiles(fallback: boolean): Promise<string> {
    const base = join(folder, String(fallback));
    const files = mirrorFormats.containerd({
      url: zot.url,
      upstreams: [{ name: "docker.io", url: upstream.url }],
      fallback,
      credentials: { username: "puller-1", password },
    });
    for (const { path, content } of files) {
      const file = join(base, path.slice(hostsFolder.length));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    return base;
  }

  async function asked(registry: RunningRegistry, work: () => Promise<unknown>): Promise<string[]> {
    await registry.quiet();
    const before = registry.requests().length;
    await work();
    await registry.quiet();
    return registry
      .requests()
      .slice(before)
      .map(({ method, path }) => `${method} ${path}`);
  }

  it("pulls docker.io through the cache", async () => {
    const requests = await asked(zot, async () =>
      containerd.fetch("docker.io/library/one:1", await nodeFiles(true)),
    );
    assert.ok(
      requests.some((each) => each.endsWith("/v2/docker.io/library/one/manifests/1")),
      requests.join(),
    );
    assert.ok(
      requests.some((each) => each.startsWith("GET /v2/docker.io/library/one/blobs/")),
      requests.join(),
    );
  });

  it("pulls from the cache alone without a fallback", async () => {
    await containerd.fetch("docker.io/library/two:1", await nodeFiles(false));
  });

  it("falls back to the upstream when the registry is stopped, and only where it may", async () => {
    await zot.stop();
    zotRuns = false;
    const requests = await asked(upstream, async () =>
      containerd.fetch("docker.io/library/three:1", await nodeFiles(true)),
    );
    assert.ok(requests.includes("HEAD /v2/library/three/manifests/1"), requests.join());
    const refused = containerd.fetch("docker.io/library/two:1", await nodeFiles(false));
    await assert.rejects(refused, /connection refused|dial tcp/);
  });

  it("says truly where config_path stands in the config of this containerd", async () => {
    const [file] = mirrorFormats.containerd({ url: zot.url, upstreams: [] });
    const places = [
      ...(file?.content ?? "").matchAll(
        /with version = (\d) .* under (\[plugins\..*\.registry\])/g,
      ),
    ].map(([, config = "", table = ""]) => ({ config: Number(config), table }));
    assert.deepEqual(
      places.map(({ config }) => config),
      [2, 3],
    );
    const { stdout } = await run("containerd", ["--version"]);
    const newest = / v?2\./.test(stdout) ? 3 : 2;
    for (const { config, table } of places.filter((each) => each.config <= newest)) {
      const path = join(folder, `config-${config}.toml`);
      const lines = [`version = ${config}`, table, `config_path = "${hostsFolder}"`, ""];
      await writeFile(path, lines.join("\n"));
      const dump = await run("containerd", ["--config", path, "config", "dump"]);
      // A table that it does not know stands there beside its own, which then has no path.
      const found = dump.stdout.matchAll(/\.registry\]\s*\n\s*config_path = ["'](.*)["']/g);
      assert.deepEqual(
        [...found].map(([, place]) => place),
        [hostsFolder],
        dump.stdout,
      );
    }
  });
});
