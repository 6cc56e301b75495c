import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool } from "../../src/system/tools";
import type { FleetStatus } from "../../src/reports/status/fleetStatus";
import { fleet } from "../cli/fleet";
import { freePort } from "../support/freePort";
import { shown, startLocal } from "../support/localRun";
import { skipWithout } from "../support/skip";

const [kind, tool] =
  findTool("zot") === undefined ? ["distribution", "docker-registry"] : ["zot", "zot"];

describe(`status of what a real engine deployed, with ${kind}`, function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "status-"));

  before(function () {
    for (const needed of ["pulumi", "skopeo", tool]) skipWithout(needed, this);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const look = async () => {
    const found = await fleet(["status", "--local", "--folder", folder, "-o", "json"]);
    const { stacks, images } = JSON.parse(found.stdout) as FleetStatus;
    const [stack] = stacks;
    assert.ok(stack);
    return { ...found, stack, images };
  };

  it("reads ages and images from its state, and knows a registry that has gone", async () => {
    const started = Date.now();
    const args = ["--folder", folder, "--registry", kind, "--port", String(await freePort())];
    const { child, result } = startLocal(args);
    await shown(child.stdout, "until you press Ctrl-C");
    const { code, stack, images, stdout, stderr } = await look();
    assert.equal(code, 0, stdout + stderr);
    assert.equal(stack.verdict, "fine");
    assert.deepEqual(stack.credentials.map(({ account }) => account).sort(), ["admin", "fleet"]);
    for (const { since = "" } of stack.credentials) {
      const made = Date.parse(since);
      assert.ok(made >= started && made <= Date.now(), since);
    }
    assert.deepEqual(
      images.map(({ image, stacks }) => [image, stacks["local"]?.state]),
      ["demo/hello:1.0", "demo/hello:latest", "demo/world:1.0", "demo/world:latest"].map(
        (image) => [image, "held"],
      ),
    );
    child.kill("SIGINT");
    await result;
    const gone = await look();
    assert.equal(gone.code, 3);
    assert.deepEqual(
      [gone.stack.verdict, gone.images[0]?.stacks["local"]?.state],
      ["unreachable", "unknown"],
    );
  });
});
