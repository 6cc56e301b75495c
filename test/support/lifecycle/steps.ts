import * as fc from "fast-check";
import { edited, editNames, firstWish, type EditName, type Wish } from "./edits";
import { faultNames, type FaultName } from "./faults";

/** How a deployment is asked for. */
const operations = ["up", "up --refresh", "destroy and up"] as const;

/** One step of a history: an edit, something that breaks while it is deployed, and how it is deployed afterwards. */
export interface Step {
  edit: EditName;
  fault: FaultName;
  operation: (typeof operations)[number];
  /** For "killed": how many operations have begun. */
  moment: number;
}

export const describeStep = ({ edit, fault, operation, moment }: Step): string =>
  `${edit} × ${fault}${fault === "killed" ? ` at operation ${moment}` : ""}, ${operation}`;

/** Every pair of an edit and a fault. */
export const allPairs = editNames.flatMap((edit) => faultNames.map((fault) => ({ edit, fault })));
type Pair = (typeof allPairs)[number];

/** How many slices a run of `length` steps cuts the pairs into: each pair has its turn in one of them. */
export const slicesFor = (length: number): number =>
  Math.ceil(allPairs.length / Math.max(1, Math.floor(length * 0.97)));

/** The pairs that a run draws: all of them where it is long enough, else those of one slice. */
export function pairsOf(length: number, slice: number): Pair[] {
  const count = slicesFor(length);
  // Edits come one after the other in the list: every slice has some of each.
  return allPairs.filter(
    (_, index) => (index + Math.floor(index / faultNames.length)) % count === slice % count,
  );
}

/**
 * Histories: all of the run's pairs in an order by chance. Drawing is steered, not hoped for: an edit that cannot be made as things are
 * waits for one that makes room for it. One that fails is shrunk by leaving steps out.
 */
export class Histories extends fc.Arbitrary<Step[]> {
  constructor(
    readonly length: number,
    readonly slice: number,
  ) {
    super();
  }

  override generate(random: fc.Random): fc.Value<Step[]> {
    const waiting = shuffled(pairsOf(this.length, this.slice), random);
    const steps: Step[] = [];
    let wish: Wish = firstWish;
    while (waiting.length > 0 || steps.length < this.length) {
      const at = waiting.findIndex(({ edit }) => edited(wish, edit) !== undefined);
      const [pair] = at >= 0 ? waiting.splice(at, 1) : [this.#other(wish, waiting, random)];
      if (pair === undefined) break;
      wish = edited(wish, pair.edit) ?? wish;
      steps.push({
        ...pair,
        operation: operations[[0, 0, 0, 1, 1, 2][random.nextInt(0, 5)] ?? 0] ?? "up",
        moment: random.nextInt(1, 45),
      });
    }
    return new fc.Value(steps, undefined);
  }

  /** Where no pair that waits can be drawn, an edit that makes room; where none waits, any. */
  #other(wish: Wish, waiting: readonly Pair[], random: fc.Random): Pair | undefined {
    const possible = shuffled(allPairs, random).filter(
      ({ edit }) => edited(wish, edit) !== undefined,
    );
    if (waiting.length === 0) return possible[0];
    const sound = possible.filter(({ fault }) => fault === "none");
    const makesRoom = sound.find(({ edit }) => {
      const after = edited(wish, edit);
      return after !== undefined && waiting.some((each) => edited(after, each.edit) !== undefined);
    });
    return makesRoom ?? sound[0];
  }

  override canShrinkWithoutContext(value: unknown): value is Step[] {
    return Array.isArray(value);
  }

  /** What comes after the step that failed is gone already: halves, then quarters, and so on, are left out. */
  override shrink(value: Step[]): fc.Stream<fc.Value<Step[]>> {
    const candidates: Step[][] = [];
    for (
      let size = Math.ceil(value.length / 2);
      size >= 1;
      size = size === 1 ? 0 : Math.ceil(size / 2)
    )
      for (let from = 0; from < value.length; from += size)
        candidates.push([...value.slice(0, from), ...value.slice(from + size)]);
    return fc.stream(
      candidates
        .filter((each) => each.length > 0)
        .map((each) => new fc.Value(each, undefined))
        .values(),
    );
  }
}

function shuffled<T>(all: readonly T[], random: fc.Random): T[] {
  const rest = [...all];
  for (let last = rest.length - 1; last > 0; last--) {
    const other = random.nextInt(0, last);
    [rest[last], rest[other]] = [rest[other] as T, rest[last] as T];
  }
  return rest;
}

/** How often each pair was drawn, edits down and faults across; a dot is a pair that was not this run's. */
export function pairTable(drawn: ReadonlyMap<string, number>, wanted: readonly Pair[]): string {
  const width = Math.max(...editNames.map(({ length }) => length));
  const ours = new Set(wanted.map(({ edit, fault }) => `${edit} × ${fault}`));
  const cell = (name: string) => String(drawn.get(name) ?? (ours.has(name) ? 0 : "."));
  const heads = faultNames
    .map((fault, index) => `${String.fromCharCode(97 + index)} ${fault}`)
    .join(", ");
  const lines = editNames.map(
    (edit) =>
      `${edit.padEnd(width)}  ${faultNames.map((fault) => cell(`${edit} × ${fault}`).padStart(2)).join(" ")}`,
  );
  const head = `${" ".repeat(width)}  ${faultNames.map((_, index) => String.fromCharCode(97 + index).padStart(2)).join(" ")}`;
  return [heads, head, ...lines].join("\n");
}
