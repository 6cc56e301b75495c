/** The generations of the machine accounts that work: each is an account of its own. */
export interface Generations {
  /** The one that is handed out. */
  current: number;
  /** Others that work as well: what clients hold. */
  keep: readonly number[];
}

/** How generations are declared: 3 keeps 2; the long form names what it keeps. */
export interface DeclaredGenerations {
  rotation: number | { current: number; keep?: readonly number[] | undefined };
}

/** Which generations work by a declaration; every place that names a machine account asks this one. The newest kept comes first. */
export function liveGenerations({ rotation }: DeclaredGenerations): Generations {
  if (typeof rotation === "number")
    return { current: rotation, keep: rotation > 1 ? [rotation - 1] : [] };
  const { current, keep = [] } = rotation;
  const others = [...new Set(keep)].filter((each) => each !== current);
  return { current, keep: others.sort((a, b) => b - a) };
}

/** A declaration as the state keeps it. */
export interface RecordedGenerations {
  rotation: number;
  /** Whether it was a bare number that keeps the one before it. */
  keepPrevious: boolean;
  /** What was named; absent in states of before it could be, where nothing else says that none is kept. */
  keep?: number[];
}

export function recordOf(declared: DeclaredGenerations): RecordedGenerations {
  const { rotation } = declared;
  if (typeof rotation === "number") return { rotation, keepPrevious: true };
  const { current, keep } = liveGenerations(declared);
  return { rotation: current, keepPrevious: false, keep: [...keep] };
}

/** Which generations work by what the state keeps: other words for the same are no change. */
export function recordedGenerations({
  rotation,
  keepPrevious,
  keep,
}: RecordedGenerations): Generations {
  return liveGenerations({
    rotation: keepPrevious && keep === undefined ? rotation : { current: rotation, keep },
  });
}

export const accountName = (machine: "puller" | "ci" | "metrics", generation: number) =>
  `${machine}-${generation}`;

/** The number in the name of a machine account, such as `puller-3`. */
export function generationOf(username: string): number | undefined {
  const digits = /^(?:puller|ci|metrics)-([1-9]\d*)$/.exec(username)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
