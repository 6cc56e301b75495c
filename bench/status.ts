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
import {
  byTurns,
  measurement,
  median,
  secondsOf,
  type Benchmark,
  type Measurement,
} from "./benchmark";
import { slowRoad, type SlowRoad } from "./slowRoad";

const stacks = ["accra", "lima", "lisbon", "nairobi", "oslo", "ottawa", "quito", "tunis"];
/** The farthest registry; the nearest is an eighth of it away. Without a way, eight of them on one machine share its processors. */
const farthestMs = 60;

/**
 * Eight real Zots behind roads of different lengths, their states read by a real pulumi. Both sides are the whole command, from
 * its start to its end.
 */
export const status: Benchmark = {
  about: "status of eight registries, against status of the slowest alone",
  tools: ["zot", "pulumi"],
  long: true,
  run: measure,
};

async function measure(quick: boolean): Promise<Measurement[]> {
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
      const { url } = eight.of(stack).registry;
      const road = await slowRoad(url, (farthestMs * (position + 1)) / stacks.length);
      roads.push(road);
      const deployed = eight.deployed(stack);
      deployed.asked.endpoint = { via: "address", url: road.url };
      eight.project.state(stack, deployed);
      await adopt(pulumi, eight.project.folder, stack, env);
    }
    return await compare(eight.project.folder, env, quick ? 1 : 3);
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

async function compare(
  cwd: string,
  env: Record<string, string>,
  rounds: number,
): Promise<Measurement[]> {
  const look = (names: readonly string[]) => () =>
    secondsOf(async () => {
      const found = await fleet(["status", ...names, "-o", "json"], { cwd, env });
      const { stacks: seen } = JSON.parse(found.stdout) as FleetStatus;
      const bad = seen.filter(({ verdict }) => verdict !== "fine");
      if (found.code !== 0 || seen.length !== names.length || bad.length > 0)
        throw new Error(`not fine: ${found.stdout}${found.stderr}`);
    });
  const [first = ""] = stacks;
  await look([first])();
  const alone = Object.fromEntries(stacks.map((stack) => [stack, look([stack])]));
  const found = await byTurns(rounds, { ...alone, all: look(stacks) });
  const slowest = Math.max(...stacks.map((stack) => median(found(stack))));
  const figures = { ours: median(found("all")), peer: slowest, goal: 1.5 };
  return [measurement("status of eight registries, against the slowest alone", "s", figures)];
}
