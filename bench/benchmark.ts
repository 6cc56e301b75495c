/** What ours took beside a peer's, for the same work, on the same machine, by turns. */
export interface Measurement {
  /** Says the work, and whose the other figure is. */
  name: string;
  unit: "s" | "s of CPU" | "MB";
  ours: number;
  peer: number;
  /** `ours / peer`: below 1 ours takes less. */
  ratio: number;
  /** The most that the ratio may be; null where it is told without a promise. */
  goal: number | null;
}

/** A comparison that runs in a process of its own, alone. */
export interface Benchmark {
  /** What is compared with what, in a line. */
  about: string;
  /** Programs that have to be on PATH. */
  tools: readonly string[];
  /** Whether it needs the cluster that KUBECONFIG names, with the charts of ZOT_CHARTS. */
  cluster?: boolean;
  /** Whether `quick` leaves it out: its work cannot be made small enough to say anything. */
  long?: boolean;
  /** `quick` asks for less work: enough to see that the comparison runs. */
  run: (quick: boolean) => Promise<Measurement[]>;
}

export function measurement(
  name: string,
  unit: Measurement["unit"],
  { ours, peer, goal = null }: { ours: number; peer: number; goal?: number | null },
): Measurement {
  return { name, unit, ours, peer, ratio: ours / peer, goal };
}

/** Runs every way once a round, so that what else the machine does meets all of them alike; the results of each, by round. */
export async function byTurns<Result>(
  rounds: number,
  ways: Readonly<Record<string, () => Promise<Result>>>,
): Promise<(way: string) => Result[]> {
  const found = new Map<string, Result[]>(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, way] of Object.entries(ways)) found.get(name)?.push(await way());
  return (way) => found.get(way) ?? [];
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
