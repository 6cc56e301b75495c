import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { SeededImages } from "../../src/components/seededImages";
import { openStack } from "../../src/local/deployment";
import { ensureEngine } from "../../src/local/engine";
import type { SeedPlatform } from "../../src/seeding/findImage";
import { useScratch } from "../images/scratch";
import { startDistribution, type RunningRegistry } from "../support/registry";
import { lockedPlatform, seedInputs } from "../support/seeding";
import { skipWithout } from "../support/skip";

describe("rollouts under a real engine", function () {
  this.timeout(600_000);
  const scratch = useScratch();
  const path = process.env["PATH"];
  let registry: RunningRegistry | undefined;
  let stack: Stack;
  let wanted: SeedPlatform;

  /** The image of the next build, locked; its archive is not here yet. */
  const lock = async (build: string) => {
    wanted = await archive(build);
    rmSync(wanted.archive);
  };
  const archive = (build: string) =>
    lockedPlatform(scratch("app.tar"), { platform: "linux/amd64", env: [`BUILD=${build}`] });

  /** How often a workload was told to restart: kubectl is a stand-in that writes down what it is asked. */
  const restarts = () => {
    const log = scratch("kubectl.log");
    const asked = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
    return asked.filter((line) => line.includes("rollout restart deployment/app")).length;
  };

  before(async function () {
    for (const tool of ["pulumi", "pulumi-resource-command", "skopeo", "docker-registry"])
      skipWithout(tool, this);
    registry = await startDistribution({ users: { admin: "secret" } });
    const { url } = registry;
    const bin = scratch("bin");
    mkdirSync(bin);
    writeFileSync(
      `${bin}/kubectl`,
      `#!/bin/sh\necho "$@" >> ${scratch("kubectl.log")}\necho deployment.apps/app\n`,
    );
    chmodSync(`${bin}/kubectl`, 0o755);
    process.env["PATH"] = `${bin}${delimiter}${path ?? ""}`;
    const program = () => {
      const { endpoint, credentials, compression } = seedInputs(url, { platforms: [] });
      new SeededImages("images", {
        endpoint,
        credentials,
        compression,
        context: "ottawa",
        images: [
          {
            repository: "team/app",
            tags: ["latest"],
            platforms: [wanted],
            onMoved: "tell",
            onRemove: "keep",
            rollouts: [{ namespace: "team", kind: "Deployment", name: "app" }],
          },
        ],
      });
      return Promise.resolve();
    };
    const engine = await ensureEngine(() => undefined);
    stack = await openStack("rollouts", program, scratch("stack"), engine);
  });
  after(async () => {
    process.env["PATH"] = path;
    await registry?.stop();
  });

  it("restart for each digest that is seen, once, and neither for a seeding that fails nor for what mends it", async () => {
    await lock("one");
    await stack.up();
    assert.equal(restarts(), 0, "nothing was seeded, and there is nothing to restart for");
    await archive("one");
    await stack.up();
    assert.equal(restarts(), 1, "the first digest");
    await lock("two");
    await stack.up();
    assert.equal(restarts(), 1, "the seeding failed, the tag is where it was");
    await archive("two");
    await stack.up();
    assert.equal(restarts(), 2, "the second digest");
    const { changeSummary } = await stack.preview();
    assert.deepEqual(Object.keys(changeSummary), ["same"]);
  });
});
