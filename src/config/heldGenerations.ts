import { liveGenerations, type DeclaredGenerations, type Generations } from "../zot/generations";
import { ConfigError } from "./problem";
import { mostKept } from "./rotation";
import { listed, pathText } from "./words";

/** What the state tells of the deployments before. */
export interface BegunRotations {
  /** The generation that clients hold: of the last deployment whose verification ended well. Default: none did. */
  held?: number;
  /** What the last deployment began with, however it ended. */
  begun?: Generations;
}

/**
 * Nobody drops what clients hold by counting: a bare number has to keep it. The long form drops whatever it does not name, so
 * there is always a value that deploys. Pure.
 *
 * @throws ConfigError with the line to write instead
 */
export function refuseLostGeneration(
  declared: DeclaredGenerations,
  { held, begun }: BegunRotations,
): void {
  const { rotation, keepPrevious = true } = declared;
  if (held === undefined || typeof rotation !== "number" || !keepPrevious) return;
  const { current, keep } = liveGenerations(declared);
  if ([current, ...keep].includes(held)) return;
  const kept = keep.length === 0 ? "nothing else" : listed(keep.map(String));
  const safe = { current, keep: heldBySomebody(held, begun).filter((each) => each !== current) };
  throw new ConfigError([
    {
      path: pathText(["rotation"]),
      found: `${current}, which keeps ${kept}`,
      allowed: `what keeps ${held}, too: clients hold ${held}, of the last deployment that ended`,
      hint: `write ${lineOf(safe)}`,
    },
  ]);
}

/** Generations that somebody may hold, and that stop to work by this declaration. Pure. */
export function rotationWarnings(
  declared: DeclaredGenerations,
  { held, begun }: BegunRotations,
): string[] {
  const { current, keep } = liveGenerations(declared);
  const lost = heldBySomebody(held, begun).filter((each) => ![current, ...keep].includes(each));
  if (lost.length === 0 || held === undefined) return [];
  const gone = lost.includes(held)
    ? `clients hold ${held}`
    : "pull secrets may hold it, of a deployment that did not end";
  const many = lost.length > 1;
  return [
    `${pathText(["rotation"])}: ${listed(lost.map(String))} ${many ? "stop" : "stops"} to work as soon as the pod has restarted, and ${gone}, until this deployment has handed out ${current}. Without a gap: ${lineOf({ current, keep: [...keep, ...lost] })}`,
  ];
}

/**
 * What was verified and, where a later deployment did not end, all that it left at work: its pull secrets may be of any of
 * them. No more than the long form takes.
 */
function heldBySomebody(held: number | undefined, begun: Generations | undefined): number[] {
  const unfinished =
    begun === undefined || begun.current === held ? [] : [begun.current, ...begun.keep];
  const all = new Set([...(held === undefined ? [] : [held]), ...unfinished]);
  return [...all].slice(0, mostKept);
}

const lineOf = ({ current, keep }: Generations) =>
  `${pathText(["rotation"])}: { current: ${current}, keep: [${[...keep].sort((a, b) => b - a).join(", ")}] }`;
