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
  for (const each of seen.handed.values()) {
    const status = await world.pull(each, repository, tag);
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
  if (silent.length > 0) broken("d", step, `no preview told: ${words({ ...run, steps: silent })}`);
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

/** What a fault has to lead to: a command that does not call it fine, and the first cause that it names. */
const causes: Partial<Record<FaultName, { command: "doctor" | "verify"; first?: RegExp }>> = {
  "registry away": { command: "verify" },
  "StatefulSet deleted": { command: "doctor", first: /^ZD101$/ },
  "Helm left pending": { command: "doctor" },
  "claim emptied": { command: "verify" },
  "namespace deleted": { command: "verify" },
};

/** e. A fault is not called fine, and the cause that we made is named first. */
export async function causeIsNamed(world: World, step: Step): Promise<void> {
  const expected = causes[step.fault];
  if (expected === undefined) return;
  const { command, first } = expected;
  const { code, stdout, stderr } = await world.project.fleet(
    command,
    "--stack",
    world.project.stack,
    "-o",
    "json",
  );
  world.printed += stdout + stderr;
  if (code === 0) broken("e", step, `${command} says fine`);
  if (first === undefined) return;
  const { findings = [] } = JSON.parse(stdout) as { findings?: { code: string }[] };
  const named = findings[0]?.code ?? "nothing";
  if (!first.test(named)) broken("e", step, `${command} names ${named} first`);
}

/** f. No secret stands in what was printed, nor in the state. */
export async function secretsAreHidden(world: World, seen: Seen, step: Step): Promise<void> {
  const state = await world.project.export();
  for (const secret of seen.secrets)
    for (const spelling of [secret, Buffer.from(secret).toString("base64").replace(/=+$/, "")]) {
      if (world.printed.includes(spelling)) broken("f", step, "a secret was printed");
      if (state.includes(spelling)) broken("f", step, "a secret stands in the state");
    }
}
