import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { progress } from "../../src/resources/progress";
import type { SeedInputs } from "../../src/resources/seed";
import type { SeedPlatform } from "../../src/seeding/findImage";
import { requireTool } from "../../src/system/tools";
import { useScratch } from "../images/scratch";
import { useFleet, useOwnCache } from "./ownCache";
import { recordTools, type RecordedTools } from "./recordedTools";
import { startZot, type RunningRegistry } from "./registry";
import { create, lockedPlatform, seedInputs } from "./seeding";
import { isSkipped, skipWithout } from "./skip";

/** Two registries of one fleet and what is kept of the images that go there. Call it inside `describe`; each test begins with nothing kept. */
export function useTwoRegistries() {
  const scratch = useScratch();
  const cache = useOwnCache();
  useFleet("accra", "lisbon");
  const folder = () => join(cache(), "zot-fleet", "layouts");
  const layouts = () => readdirSync(folder());
  const say = progress.say;
  const path = process.env["PATH"] ?? "";
  let registries: RunningRegistry[] = [];
  let tools: RecordedTools;
  let said: string[] = [];
  let count = 0;

  before(async function () {
    skipWithout("zot", this);
    skipWithout("skopeo", this);
    registries = await Promise.all([1, 2].map(() => startZot({ users: { admin: "secret" } })));
  });
  after(async function () {
    if (!isSkipped(this)) await Promise.all(registries.map((registry) => registry.stop()));
  });
  beforeEach(() => {
    tools = recordTools(["skopeo"], path);
    process.env["PATH"] = tools.path;
    said = [];
    progress.say = (line) => said.push(line);
    rmSync(folder(), { recursive: true, force: true });
  });
  afterEach(() => {
    process.env["PATH"] = path;
    progress.say = say;
    tools.remove();
  });

  return {
    scratch,
    folder,
    layouts,
    url: (which: number) => registries[which]?.url ?? "",
    /** A new image of two layers. */
    image: (more: Partial<Parameters<typeof lockedPlatform>[1]> = {}) => {
      const name = `image${count++}`;
      return lockedPlatform(scratch(`${name}.tar`), {
        platform: "linux/amd64",
        repoTag: `${name}:1`,
        sizeBytes: 300_000,
        ...more,
      });
    },
    /** The seed of an image at one of the registries. */
    at: (which: number, platform: SeedPlatform, more: Partial<SeedInputs> = {}) =>
      seedInputs(registries[which]?.url ?? "", {
        repository: `once/${platform.imageId.slice(7, 19)}`,
        platforms: [platform],
        ...more,
      }),
    /** The digest that landed. */
    seeded: async (inputs: SeedInputs): Promise<string> => {
      const { problem, digest } = await create(inputs);
      assert.equal(problem, undefined);
      assert.ok(digest !== undefined);
      return digest;
    },
    /** How skopeo was called. */
    calls: () => tools.calls(),
    /** How it was called for archives. */
    compressed: () => tools.calls().filter((call) => call.includes("docker-archive:")),
    said: () => said.join("\n"),
    /** The lines of pushes that no layout was used for. */
    straight: () => said.filter((line) => line.includes("from the archive itself")).join("\n"),
    /** The folder of the only layout that is kept. */
    onlyLayout: (): string => {
      assert.equal(layouts().length, 1, layouts().join());
      return join(folder(), layouts()[0] ?? "");
    },
    /** Has `command` run before skopeo whenever that is called. */
    skopeoFirst: (command: string): void => {
      const bin = scratch(`bin${count++}`);
      mkdirSync(bin);
      const script = `#!/bin/sh\n${command}\nexec ${requireTool("skopeo")} "$@"\n`;
      writeFileSync(join(bin, "skopeo"), script);
      chmodSync(join(bin, "skopeo"), 0o755);
      process.env["PATH"] = [bin, path].join(delimiter);
    },
  };
}

/** A deployment of one seed in a process group of its own. */
export function startSeeding(inputs: SeedInputs): { pid: number; ended: Promise<number | null> } {
  const script = join(__dirname, "seedChild.ts");
  const child = spawn(process.execPath, ["--import", require.resolve("tsx"), script], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  assert.ok(child.pid !== undefined);
  child.stdin.end(JSON.stringify(inputs));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  return { pid: child.pid, ended };
}
