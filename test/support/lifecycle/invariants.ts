import assert from "node:assert/strict";
import { handedOut, isDeclared, type Handed } from "./clients";
import { describeStep, type Step } from "./steps";
import type { FaultName } from "./faults";
import type { EngineRun } from "./project";
import type { World } from "./world";

/** What a history has shown so far. */
export interface Seen {
  /** Logins that clients have, or had. */
  handed: Map<string, Handed>;
  /** Texts that may be nowhere. */
  secrets: Set<string>;
}

export const nothingSeen = (): Seen => ({ handed: new Map(), secrets: new Set(["token-canary"]) });

const keyOf = ({ username, password }: Handed) => `${username} ${password}`;

/** An invariant that did not hold, with its letter (issue's list) and what was seen. */
const broken = (letter: string, step: Step, words: string): never =>
  assert.fail(`${letter}. after ${describeStep(step)}: ${words}`);

/** The last lines of an engine's output: where its reasons stand. */
export const reasons = ({ output }: EngineRun): string =>
  output
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-25)
    .join("\n");

const words = ({ steps }: EngineRun) =>
  steps.map(({ op, name, diffs }) => `${op} ${name} ${diffs.join(" ")}`).join("; ");

/** a. The preview after a deployment is empty. */
export async function previewIsEmpty(world: World, step: Step): Promise<void> {
  const preview = await world.preview();
  if (!preview.ok) broken("a", step, `the preview fails:\n${reasons(preview)}`);
  if (preview.steps.length > 0)
    broken("a", step, `the preview after it is not empty: ${words(preview)}`);
}

/** b. What is not ours is as it was. */
export async function othersAreAsTheyWere(world: World, before: object, step: Step): Promise<void> {
  const after = await world.theirs();
  for (const [path, object] of Object.entries(before))
    if (JSON.stringify(after[path]) !== JSON.stringify(object))
      broken("b", step, `${path} is another`);
}

/** c. What clients hold works; what was replaced is refused. */
export async function clientsWork(world: World, seen: Seen, step: Step): Promise<void> {
  const now = await handedOut(world);
  const held = new Set(now.map(keyOf));
  for (const each of now) {
    seen.handed.set(keyOf(each), each);
    seen.secrets.add(each.password);
  }
  const [repository = "", { tag } = { tag: "" }] = Object.entries(world.wish.seeds)[0] ?? [];
  // Zot lets those wait whom it refuses.
  const answers = [...seen.handed.values()].map(async (each) => ({
    each,
    status: await world.pull(each, repository, tag),
  }));
  for (const { each, status } of await Promise.all(answers)) {
    const lives = held.has(keyOf(each)) && isDeclared(world.wish, each.username);
    if (lives && status !== 200)
      broken("c", step, `${each.where} (${each.username}) holds what is answered ${status}`);
    if (!lives && status !== 401)
      broken("c", step, `what ${each.where} (${each.username}) held before is answered ${status}`);
  }
}

/** d. The preview before had told every replacement, deletion and restart. */
export function wasTold(before: EngineRun, run: EngineRun, step: Step): void {
  const isGrave = ({ op, type }: EngineRun["steps"][number]) =>
    /replace|delete/.test(op) || (op === "update" && type.endsWith(":Release"));
  const told = new Set(before.steps.map(({ op, type, name }) => `${op} ${type} ${name}`));
  const silent = run.steps
    .filter(isGrave)
    .filter(({ op, type, name }) => !told.has(`${op} ${type} ${name}`));
  if (silent.length > 0)
    broken("d", step, `no preview told: ${words({ ...run, steps: silent })}\n${reasons(run)}`);
}

/** e. Where the checks say fine, a client pulls every seeded image. */
export async function imagesArePulled(world: World, seen: Seen, step: Step): Promise<void> {
  const puller = [...seen.handed.values()].find(
    ({ username }) => username === `puller-${world.wish.rotation}`,
  );
  if (puller === undefined) return broken("e", step, "no client holds the newest puller");
  for (const [repository, { tag }] of Object.entries(world.wish.seeds))
    for (const name of [tag, "latest"]) {
      const status = await world.pull(puller, repository, name);
      if (status !== 200) broken("e", step, `${repository}:${name} is answered ${status}`);
    }
}

/** What `doctor` has to name first where something is broken that lasts, or keeps clients away. */
const causes: Partial<Record<FaultName, RegExp>> = {
  "registry away": /^ZD109$/,
  "StatefulSet deleted": /^ZD101$/,
  "Helm left pending": /^ZD108$/,
};
/** Where `status` may not call the stack fine. */
const unwell: ReadonlySet<FaultName> = new Set([
  "registry away",
  "StatefulSet deleted",
  "claim emptied",
  "namespace deleted",
]);

/**
 * e. Where a command says fine, a client pulls every seeded image; where not, the cause that we made is named first. Without a fault
 * all of them say fine.
 */
export async function commandsTellTheTruth(world: World, seen: Seen, step: Step): Promise<void> {
  const { fault } = step;
  const { stack } = world.project;
  const doctor = await command(world, "doctor", "--stack", stack);
  const expected = causes[fault];
  const named =
    (JSON.parse(doctor.stdout) as { findings?: { code: string }[] }).findings?.[0]?.code ??
    "nothing";
  if (expected !== undefined && !expected.test(named))
    broken("e", step, `doctor names ${named} first: ${doctor.stdout}`);
  if (doctor.code === 0) await imagesArePulled(world, seen, step);
  const others: readonly (readonly [name: string, ...args: string[]])[] = [
    ["status", "--stack", stack, "--timeout", "120s"],
    // It asks the same as `status`, one question more or less, and takes as long.
    ...(fault === "none" ? [["verify", "--stack", stack] as const] : []),
  ];
  for (const [name, ...args] of others) {
    const { code, stdout } = await command(world, name, ...args);
    const fine = code === 0;
    if (fine && unwell.has(fault)) broken("e", step, `${name} says fine`);
    if (!fine && fault === "none") broken("e", step, `${name} says: ${stdout}`);
    if (fine) await imagesArePulled(world, seen, step);
  }
  if (doctor.code !== 0 && fault === "none") broken("e", step, `doctor says: ${doctor.stdout}`);
}

async function command(world: World, ...args: string[]) {
  const told = await world.project.fleet(...args, "-o", "json");
  world.printed += told.stdout + told.stderr;
  return told;
}

/** f. No secret stands in what was printed, nor in the state. */
export function secretsAreHidden(world: World, seen: Seen, step: Step): void {
  const state = world.project.export();
  for (const secret of seen.secrets)
    for (const spelling of [secret, Buffer.from(secret).toString("base64").replace(/=+$/, "")]) {
      if (world.printed.includes(spelling)) broken("f", step, "a secret was printed");
      if (state.includes(spelling)) broken("f", step, "a secret stands in the state");
    }
}
