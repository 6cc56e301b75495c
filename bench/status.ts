/**
 * `status` over eight registries against `status` over each alone: eight real Zots, their states read by a real pulumi.
 *
 *     PATH=<folder with zot and pulumi>:$PATH npx tsx bench/status.ts [milliseconds to the farthest]
 *
 * The registries lie behind roads of different lengths, the farthest 60 ms away, the nearest an eighth of that; 0 puts them
 * all beside this process, where eight share its processors and the ratio says more about those than about waiting in turn.
 * Both sides are the whole command, from its start to its end. Prints seconds and the ratio; ends with 1 beyond 1.5.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { requireTool } from "../src/system/tools";
import type { FleetStatus } from "../src/reports/status/fleetStatus";
import { fleet } from "../test/cli/fleet";
import { RunningFleet } from "../test/support/runningFleet";
import { slowRoad, type SlowRoad } from "./slowRoad";

const stacks = ["accra", "lima", "lisbon", "nairobi", "oslo", "ottawa", "quito", "tunis"];
const mostRatio = 1.5;
const runs = 3;

async function main(): Promise<number> {
  const farthestMs = Number(process.argv[2] ?? 60);
  requireTool("zot");
  const pulumi = requireTool("pulumi");
  const folder = mkdtempSync(join(tmpdir(), "zot-fleet-bench-"));
  const eight = new RunningFleet("zot", join(folder, "project"));
  const roads: SlowRoad[] = [];
  const backend = join(folder, "states");
  mkdirSync(backend);
  const env = {
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  try {
    for (const [position, stack] of stacks.entries()) {
      await eight.add(stack, "for all");
      if (farthestMs > 0) {
        const { url } = eight.of(stack).registry;
        const road = await slowRoad(url, (farthestMs * (position + 1)) / stacks.length);
        roads.push(road);
        const deployed = eight.deployed(stack);
        deployed.asked.endpoint = { via: "address", url: road.url };
        eight.project.state(stack, deployed);
      }
      await adopt(pulumi, eight.project.folder, stack, env);
    }
    return await compare(eight.project.folder, env);
  } finally {
    for (const road of roads) await road.close();
    await eight.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Gives the state to pulumi, which encrypts what is secret in it. */
async function adopt(
  pulumi: string,
  cwd: string,
  stack: string,
  env: Record<string, string>,
): Promise<void> {
  const options = { cwd, env: { ...process.env, ...env } };
  await promisify(execFile)(pulumi, ["stack", "init", stack], options);
  const file = join(cwd, `state-${stack}.json`);
  const stackFile = parse(readFileSync(join(cwd, "stacks", `Pulumi.${stack}.yaml`), "utf8")) as {
    encryptionsalt: string;
  };
  const state = JSON.parse(readFileSync(file, "utf8")) as { deployment: object };
  const secrets = { type: "passphrase", state: { salt: stackFile.encryptionsalt } };
  const deployment = { ...state.deployment, secrets_providers: secrets };
  writeFileSync(file, JSON.stringify({ ...state, deployment }));
  const args = ["stack", "import", "--stack", stack, "--file", file];
  await promisify(execFile)(pulumi, args, options);
}

async function compare(cwd: string, env: Record<string, string>): Promise<number> {
  const seconds = async (names: readonly string[]) => {
    const started = performance.now();
    const found = await fleet(["status", ...names, "-o", "json"], { cwd, env });
    const took = (performance.now() - started) / 1000;
    const { stacks: seen } = JSON.parse(found.stdout) as FleetStatus;
    const bad = seen.filter(({ verdict }) => verdict !== "fine");
    if (found.code !== 0 || seen.length !== names.length || bad.length > 0)
      throw new Error(`not fine: ${found.stdout}${found.stderr}`);
    return took;
  };
  await seconds(stacks.slice(0, 1));
  const ratios: number[] = [];
  for (let run = 0; run < runs; run++) {
    const alone: number[] = [];
    for (const stack of stacks) alone.push(await seconds([stack]));
    const slowest = Math.max(...alone);
    const together = await seconds(stacks);
    ratios.push(together / slowest);
    process.stdout.write(
      `all eight ${together.toFixed(1)} s, the slowest alone ${slowest.toFixed(1)} s, in turn ${alone.reduce((sum, each) => sum + each).toFixed(1)} s: ${(together / slowest).toFixed(2)}\n`,
    );
  }
  const median = ratios.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Infinity;
  const kept = median <= mostRatio;
  process.stdout.write(
    `median ${median.toFixed(2)}, at most ${mostRatio}: ${kept ? "kept" : "broken"}\n`,
  );
  return kept ? 0 : 1;
}

void main().then((code) => {
  process.exitCode = code;
});
