/** The generations of the machine accounts that work: each is an account of its own. */
export interface Generations {
  /** The one that is handed out. */
  current: number;
  /** Others that work as well: what clients hold. */
  keep: readonly number[];
}

/** How generations are declared: 3 keeps 2, or, with `keepPrevious: false`, nothing; the long form names what it keeps. */
export interface DeclaredGenerations {
  rotation: number | { current: number; keep?: readonly number[] | undefined };
  /** Whether a bare number keeps the one before it. @default true */
  keepPrevious?: boolean | undefined;
}

/** What holds where nothing was said. */
export const rotationDefaults = { rotation: 1, keepPrevious: true } as const;

/** Which generations work by a declaration; every place that names a machine account asks this one. The newest kept comes first. */
export function liveGenerations({
  rotation,
  keepPrevious = rotationDefaults.keepPrevious,
}: DeclaredGenerations): Generations {
  if (typeof rotation === "number")
    return { current: rotation, keep: keepPrevious && rotation > 1 ? [rotation - 1] : [] };
  const { current, keep = [] } = rotation;
  const others = [...new Set(keep)].filter((each) => each !== current);
  return { current, keep: others.sort((a, b) => b - a) };
}

/** A declaration as the state keeps it; `keep` is there where it was named. */
export interface RecordedGenerations {
  rotation: number;
  keepPrevious: boolean;
  keep?: number[];
}

export function recordOf(declared: DeclaredGenerations): RecordedGenerations {
  const { rotation, keepPrevious = rotationDefaults.keepPrevious } = declared;
  if (typeof rotation === "number") return { rotation, keepPrevious };
  const { current, keep } = liveGenerations(declared);
  return { rotation: current, keepPrevious: false, keep: [...keep] };
}

/** Which generations work by what the state keeps: other words for the same are no change. */
export function recordedGenerations({
  rotation,
  keepPrevious,
  keep,
}: RecordedGenerations): Generations {
  return liveGenerations(
    keep === undefined ? { rotation, keepPrevious } : { rotation: { current: rotation, keep } },
  );
}

export const accountName = (machine: "puller" | "ci" | "metrics", generation: number) =>
  `${machine}-${generation}`;

/** The number in the name of a machine account, such as `puller-3`. */
export function generationOf(username: string): number | undefined {
  const digits = /^(?:puller|ci|metrics)-([1-9]\d*)$/.exec(username)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
