import { runHistory } from "../support/lifecycle/history";
import {
  allPairs,
  describeStep,
  Histories,
  pairsOf,
  pairTable,
  slicesFor,
  type Step,
} from "../support/lifecycle/steps";
import { World } from "../support/lifecycle/world";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { skipBecause, skipWithout } from "../support/skip";

const say = (line: string) => process.stdout.write(`${line}\n`);
const numberFrom = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);

/*
 * ZOT_FLEET_STEPS: how many steps, minutes for every ten (300 draw every pair). ZOT_FLEET_SEED, ZOT_FLEET_PATH: those of a run that failed, as it printed
 * them. ZOT_FLEET_SHRINK_MINUTES: how long a history that fails is made smaller (0).
 */
describe("histories of a stack", function () {
  this.timeout(0);

  it("hold what a deployment promises, after every step", async function () {
    for (const tool of ["pulumi", "skopeo"]) skipWithout(tool, this);
    const length = numberFrom("ZOT_FLEET_STEPS", 0);
    if (length === 0) skipBecause("ZOT_FLEET_STEPS says no number of steps", this);
    const seed = numberFrom("ZOT_FLEET_SEED", Math.floor(Math.random() * 0x7fffffff));
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
      const world = await World.open(folder);
      try {
        await runHistory(world, steps, made);
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
  });
});
