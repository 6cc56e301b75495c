import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesHolding } from "../support/findText";
import { freePort } from "../support/freePort";
import { runLocalOnce } from "../support/localRun";
import { skipWithout } from "../support/skip";

describe("npm run local with an API key", function () {
  this.timeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), "local-key-"));
  const file = join(folder, "keys/ci.json");
  let place: string[];

  before(async function () {
    for (const tool of ["pulumi", "skopeo", "zot"]) skipWithout(tool, this);
    const port = String(await freePort());
    place = ["--folder", join(folder, "local"), "--registry", "zot", "--port", port];
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function local(...args: string[]) {
    const { code, report, stderr } = await runLocalOnce([...place, ...args]);
    assert.equal(code, 0, stderr);
    const { changes, results } = report();
    const keys = results.filter((result) => result.code === "ZF701");
    return { changes, keys: keys.map(({ status }) => status) };
  }

  it("keeps one in a file, leaves it alone, and takes it away when it is no longer asked for", async () => {
    const made = await local("--api-key-file", file);
    assert.deepEqual(made, {
      changes: { create: 9, update: 0, delete: 0, same: 0 },
      keys: ["passed"],
    });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const content = readFileSync(file, "utf8");
    const [key = ""] = /zak_[0-9a-f]{32}/.exec(content) ?? [];
    assert.ok(key !== "");
    assert.deepEqual(filesHolding([key], join(folder, "local"), 0), []);
    assert.deepEqual(await local("--api-key-file", file), {
      changes: { create: 0, update: 0, delete: 0, same: 9 },
      keys: ["passed"],
    });
    assert.equal(readFileSync(file, "utf8"), content);
    assert.deepEqual(await local(), {
      changes: { create: 0, update: 1, delete: 4, same: 4 },
      keys: [],
    });
    assert.equal(existsSync(file), false);
  });

  it("is refused where the registry has none", async function () {
    skipWithout("docker-registry", this);
    const args = [...place, "--registry", "distribution", "--api-key-file", file];
    const { code, stderr } = await runLocalOnce(args);
    assert.equal(code, 2);
    assert.match(stderr, /--api-key-file: distribution has no API keys; --registry zot has/);
  });
});
