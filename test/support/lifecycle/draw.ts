import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { runHistory } from "./history";
import {
  allPairs,
  describeStep,
  Histories,
  pairsOf,
  pairTable,
  slicesFor,
  type Step,
} from "./steps";
import type { World } from "./world";

const say = (line: string) => process.stdout.write(`${line}\n`);
const numberFrom = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);

/**
 * Draws a history and runs it. ZOT_FLEET_STEPS: how many steps; 300 draw every pair. Where it is not set, it is the usual history, the
 * same each time, so that a change is to blame for what fails. ZOT_FLEET_SEED, ZOT_FLEET_PATH: those of a run that failed, as it
 * printed them. ZOT_FLEET_COMMANDS=tenth: the command line is asked at every tenth step, as in the usual history, and not at every fault.
 * ZOT_FLEET_SHRINK_MINUTES: how long a history that fails is made smaller (0).
 */
export async function drawHistory(
  usual: { steps: number; seed: number },
  open: (folder: string) => Promise<World>,
): Promise<void> {
  const isUsual = process.env["ZOT_FLEET_STEPS"] === undefined;
  const length = numberFrom("ZOT_FLEET_STEPS", usual.steps);
  const any = isUsual ? usual.seed : Math.floor(Math.random() * 0x7fffffff);
  const seed = numberFrom("ZOT_FLEET_SEED", any);
  const askAlways = !isUsual && process.env["ZOT_FLEET_COMMANDS"] !== "tenth";
  const path = process.env["ZOT_FLEET_PATH"];
  const slice = seed % slicesFor(length);
  const pairs = pairsOf(length, slice);
  say(
    `seed ${seed}, ${length} steps: slice ${slice + 1} of ${slicesFor(length)}, ${pairs.length} of ${allPairs.length} pairs of edit and fault`,
  );
  const drawn = new Map<string, number>();
  const made = (step: Step) => {
    const pair = `${step.edit} × ${step.fault}`;
    drawn.set(pair, (drawn.get(pair) ?? 0) + 1);
    say(`  ${new Date().toISOString().slice(11, 19)} ${describeStep(step)}`);
  };
  const history = fc.asyncProperty(new Histories(length, slice), async (steps) => {
    const folder = mkdtempSync(join(tmpdir(), "zot-fleet-history-"));
    const world = await open(folder);
    try {
      await runHistory(world, steps, made, askAlways);
    } finally {
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
  const minutes = numberFrom("ZOT_FLEET_SHRINK_MINUTES", 0);
  try {
    await fc.assert(history, {
      seed,
      numRuns: 1,
      ...(path === undefined ? {} : { path }),
      ...(minutes > 0 ? { interruptAfterTimeLimit: minutes * 60_000 } : { endOnFailure: true }),
    });
  } finally {
    say(`how often each pair was drawn, seed ${seed}:\n${pairTable(drawn, pairs)}`);
  }
  const never = pairs
    .map(({ edit, fault }) => `${edit} × ${fault}`)
    .filter((pair) => !drawn.has(pair));
  assert.deepEqual(never, [], "pairs that were never drawn");
}
