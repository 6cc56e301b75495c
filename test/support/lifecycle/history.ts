import assert from "node:assert/strict";
import * as fc from "fast-check";
import { edited, type Wish } from "./edits";
import { passing } from "./faults";
import {
  clientsWork,
  commandsTellTheTruth,
  imagesArePulled,
  nothingSeen,
  othersAreAsTheyWere,
  previewIsEmpty,
  reasons,
  secretsAreHidden,
  wasTold,
  type Seen,
} from "./invariants";
import type { EngineRun } from "./project";
import { describeStep, type Step } from "./steps";
import type { World } from "./world";

interface Model {
  wish: Wish;
}

interface Real {
  world: World;
  seen: Seen;
  /** Whether the command line is asked at every fault; else at every tenth step alone, since it takes seconds to start. */
  askAlways: boolean;
  /** Told of each step that was made. */
  made: (step: Step) => void;
  steps: number;
}

/** Runs a history in a new world, and looks at every invariant after every step. */
export async function runHistory(
  world: World,
  steps: readonly Step[],
  made: (step: Step) => void,
  askAlways: boolean,
): Promise<void> {
  const seen = nothingSeen();
  const begin: Step = { edit: "nothing", fault: "none", operation: "up", moment: 0 };
  await world.configure();
  await deployWell(world, begin, false);
  await look(world, seen, begin);
  await fc.asyncModelRun(
    () => ({ model: { wish: world.wish }, real: { world, seen, made, askAlways, steps: 0 } }),
    steps.map(command),
  );
}

const command = (step: Step): fc.AsyncCommand<Model, Real> => ({
  check: ({ wish }) => edited(wish, step.edit) !== undefined,
  run: async (model, real) => {
    const { world, seen, made, askAlways } = real;
    made(step);
    await takeStep(world, seen, step, askAlways);
    model.wish = world.wish;
    real.steps++;
    if (real.steps % 10 === 0) await commandsTellTheTruth(world, seen, { ...step, fault: "none" });
  },
  toString: () => describeStep(step),
});

async function takeStep(world: World, seen: Seen, step: Step, ask: boolean): Promise<void> {
  const { fault, operation, moment } = step;
  // A preview looks at the state: what somebody did by hand is found by a refresh.
  const lasting = !passing.has(fault);
  const edit = () => {
    world.wish = edited(world.wish, step.edit) ?? world.wish;
    return world.configure();
  };
  if (lasting || fault === "registry away") {
    await world.break(fault);
    if (ask) await commandsTellTheTruth(world, seen, step);
    await edit();
  } else {
    await edit();
    await world.break(fault);
  }
  const theirs = await world.theirs();
  const refresh = lasting || operation === "up --refresh";
  const told = fault === "killed" ? undefined : await world.preview(refresh);
  const run = await world.deploy({ refresh, ...(fault === "killed" ? { killAfter: moment } : {}) });
  if (told?.ok === true) wasTold(told, run, step);
  await world.mend();
  // What is made anew is another writer's to Kubernetes: a backup of before would be refused its fields.
  if (lasting) world.states.splice(0, world.states.length - 1);
  if (!run.ok && lasting) await withNamedChange(world, run, step);
  else if (!run.ok) await deployWell(world, step, refresh);
  if (fault === "older state") await world.removeUndeclared();
  await look(world, seen, step, theirs);
  if (operation !== "destroy and up") return;
  const destroyed = await world.project.destroy();
  world.printed += destroyed.output;
  if (!destroyed.ok)
    assert.fail(`a. after ${describeStep(step)}: destroy fails:\n${reasons(destroyed)}`);
  await world.cluster.settled();
  // Another life, with other accounts: nothing that was handed out before is to be expected, and no backup of before is its state.
  seen.handed.clear();
  world.states.length = 0;
  await deployWell(world, step, false);
  await look(world, seen, step, theirs);
}

/** a. One deployment converges, with the file as it is or with the change that the error names. */
async function deployWell(world: World, step: Step, refresh: boolean): Promise<void> {
  const run = await world.deploy({ refresh });
  if (!run.ok) await withNamedChange(world, run, step);
}

/** The changes that an error may name, and what they make of the wish. */
export const namedChanges: readonly [RegExp, (wish: Wish, found: RegExpExecArray) => Wish][] = [
  [
    /write zot-fleet:rotation: \{ current: (\d+), keep: \[([\d, ]*)\] \}/,
    (wish, [, current = "", keep = ""]) => ({
      ...wish,
      rotation: Number(current),
      keep: keep === "" ? [] : keep.split(", ").map(Number),
    }),
  ],
  [/set zot-fleet:revokeKeys to false/, (wish) => ({ ...wish, named: { revokeKeys: false } })],
];

async function withNamedChange(world: World, failed: EngineRun, step: Step): Promise<void> {
  for (const [pattern, change] of namedChanges) {
    const found = pattern.exec(failed.output);
    if (found === null) continue;
    world.wish = change(world.wish, found);
    await world.configure();
    const run = await world.deploy({ refresh: true });
    world.wish = { ...world.wish, named: {} };
    await world.configure();
    if (run.ok && (await world.deploy()).ok) return;
    failed = run;
  }
  assert.fail(`a. after ${describeStep(step)}: no deployment converges:\n${reasons(failed)}`);
}

async function look(world: World, seen: Seen, step: Step, theirs: object = {}): Promise<void> {
  await previewIsEmpty(world, step);
  await othersAreAsTheyWere(world, theirs, step);
  if (step.fault === "older state") seen.handed.clear();
  await clientsWork(world, seen, step);
  await imagesArePulled(world, seen, step);
  secretsAreHidden(world, seen, step);
  await world.setUpAround();
}
