import { z } from "zod";
import { liveGenerations, type DeclaredGenerations, type Generations } from "../zot/generations";
import { ConfigError } from "./problem";
import { allowedText } from "./rules";
import { listed, pathText } from "./words";

const generation = () => z.int().min(1).max(1_000_000);

/** More than anybody needs, and few enough for an htpasswd file that Zot reads in a blink. */
const mostKept = 10;

const longForm = z.strictObject({
  current: generation().describe("The generation that is handed out."),
  keep: z
    .array(generation())
    .max(mostKept)
    .register(allowedText, {
      allowed: `a list of at most ${mostKept} whole numbers from 1 to 1000000`,
    })
    .default([])
    .describe("Other generations that work as well: those that clients hold."),
});

/** Which generations of the machine accounts work. */
export const rotationSchema = z
  .union([generation(), longForm])
  .register(allowedText, {
    allowed: `a whole number from 1 to 1000000, or an object with current and keep, a list of at most ${mostKept} such numbers`,
  })
  .default(1)
  .describe(
    "The generation of the machine accounts: 3 declares puller-3 and ci-3, and those of 2, which still work. One more rotates. { current: 3, keep: [1] } names the ones that still work; what clients hold is dropped in this form only.",
  );

/** What the state tells of the deployments before. */
export interface BegunRotations {
  /** The generation that clients hold: of the last deployment whose verification ended well. Default: none did. */
  held?: number;
  /** What the last deployment began with, however it ended. */
  begun?: Generations;
}

/**
 * Refuses a bare number that would end the generation that clients hold: it has to be that one or the next. The long form ends
 * whatever it does not name, so there is always a value that deploys. Pure.
 *
 * @throws ConfigError with the line to write instead
 */
export function refuseLostGeneration(
  declared: DeclaredGenerations,
  { held, begun }: BegunRotations,
): void {
  if (held === undefined || typeof declared.rotation !== "number") return;
  const { current, keep } = liveGenerations(declared);
  if ([current, ...keep].includes(held)) return;
  const kept = keep.length === 0 ? "nothing else" : listed(keep.map(String));
  const safe = { current, keep: heldBySomebody(held, begun).filter((each) => each !== current) };
  throw new ConfigError([
    {
      path: pathText(["rotation"]),
      found: `${current}, which keeps ${kept}`,
      allowed: `a rotation that keeps ${held} as well: clients hold ${held} since the last deployment that ended well`,
      hint: `write ${lineOf(safe)}`,
    },
  ]);
}

/** Generations that somebody may hold, and that stop working by this declaration. Pure. */
export function rotationWarnings(
  declared: DeclaredGenerations,
  { held, begun }: BegunRotations,
): string[] {
  if (held === undefined) return [];
  const { current, keep } = liveGenerations(declared);
  const lost = heldBySomebody(held, begun).filter((each) => ![current, ...keep].includes(each));
  if (lost.length === 0) return [];
  const gone = lost.includes(held)
    ? `clients hold ${held}`
    : "pull secrets may hold it, of a deployment that did not end";
  const many = lost.length > 1;
  return [
    `${pathText(["rotation"])}: ${listed(lost.map(String))} ${many ? "stop" : "stops"} working as soon as the pod has restarted, and ${gone}, until this deployment has handed out ${current}. Without a gap: ${lineOf({ current, keep: [...keep, ...lost] })}`,
  ];
}

/**
 * What was verified and, where a later deployment did not end, all that it left at work: its pull secrets may be of any of
 * them. No more than the long form takes.
 */
function heldBySomebody(held: number, begun: Generations | undefined): number[] {
  const unfinished =
    begun === undefined || begun.current === held ? [] : [begun.current, ...begun.keep];
  const all = new Set([held, ...unfinished]);
  return [...all].slice(0, mostKept);
}

const lineOf = ({ current, keep }: Generations) =>
  `${pathText(["rotation"])}: { current: ${current}, keep: [${[...keep].sort((a, b) => b - a).join(", ")}] }`;
