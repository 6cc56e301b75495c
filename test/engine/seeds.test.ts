import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation";
import { Seed } from "../../src/resources/classes";
import { ensureEngine } from "../../src/local/engine";
import { openStack } from "../../src/local/deployment";
import type { SeedPlatform } from "../../src/seeding/findImage";
import { useScratch } from "../images/scratch";
import { startDistribution, type RunningRegistry } from "../support/registry";
import { lockedPlatform, seedInputs } from "../support/seeding";
import { skipWithout } from "../support/skip";

describe("seeds under a real engine", function () {
  this.timeout(120_000);
  const scratch = useScratch();
  const names = ["one", "two", "three"];
  const locked = new Map<string, SeedPlatform>();
  let registry: RunningRegistry | undefined;
  let stack: Stack;
  const path = process.env["PATH"];

  before(async function () {
    for (const tool of ["pulumi", "skopeo", "docker-registry"]) skipWithout(tool, this);
    registry = await startDistribution({ users: { admin: "secret" } });
    for (const name of names) {
      locked.set(
        name,
        await lockedPlatform(scratch(`${name}.tar`), {
          platform: "linux/amd64",
          repoTag: `team/${name}:1`,
        }),
      );
    }
    const url = registry.url;
    const program = () => {
      for (const [name, platform] of locked) {
        new Seed(name, seedInputs(url, { repository: `team/${name}`, platforms: [platform] }));
      }
      return Promise.resolve();
    };
    stack = await openStack(
      "seeds",
      program,
      scratch("stack"),
      await ensureEngine(() => undefined),
    );
  });
  after(async () => {
    process.env["PATH"] = path;
    await registry?.stop();
  });

  /** The resources that a preview would change, with what it would do. */
  async function preview(): Promise<string[]> {
    const steps: string[] = [];
    await stack.preview({
      onEvent: ({ resourcePreEvent }) => {
        const { op, urn = "", type } = resourcePreEvent?.metadata ?? {};
        if (op !== undefined && op !== "same" && type?.endsWith(":Seed"))
          steps.push(`${op} ${urn.split("::").at(-1) ?? ""}`);
      },
    });
    return steps.sort();
  }

  it("go on when one fails, and the next deployment does only that one", async () => {
    rmSync(scratch("two.tar"));
    const first = await stack.up();
    assert.deepEqual(first.summary.resourceChanges, { create: 4 });
    assert.deepEqual(await preview(), ["update two"]);
    locked.set(
      "two",
      await lockedPlatform(scratch("two.tar"), { platform: "linux/amd64", repoTag: "team/two:1" }),
    );
    const second = await stack.up();
    assert.deepEqual(second.summary.resourceChanges, { same: 3, update: 1 });
  });

  it("preview the same without archives, skopeo or the registry: nothing, then exactly what the lock changed", async () => {
    await registry?.stop();
    registry = undefined;
    for (const name of names) rmSync(scratch(`${name}.tar`));
    process.env["PATH"] =
      (path ?? "")
        .split(":")
        .filter((folder) => folder !== "/usr/bin")
        .join(":") + `:${scratch("none")}`;
    assert.deepEqual(await preview(), []);
    const three = locked.get("three");
    assert.ok(three);
    locked.set("three", {
      ...three,
      imageId: `sha256:${"0".repeat(64)}`,
      config: `sha256:${"1".repeat(64)}`,
    });
    assert.deepEqual(await preview(), ["update three"]);
  });
});
