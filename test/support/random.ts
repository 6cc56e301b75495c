import fc from "fast-check";

/** What `ZOT_FLEET_RUNS` says where nobody says it: draws of a property in `npm test`. */
const usualRuns = 200;

const runs = Number(process.env["ZOT_FLEET_RUNS"] ?? usualRuns);
if (!Number.isInteger(runs) || runs < 1)
  throw new Error(
    `ZOT_FLEET_RUNS is a whole number above 0, not ${process.env["ZOT_FLEET_RUNS"] ?? ""}`,
  );

fc.configureGlobal({ numRuns: runs });

/** How often a property is drawn that is much cheaper, or dearer, than others: `usually` in `npm test`, and in proportion elsewhere. */
export const runsOf = (usually: number): number => Math.ceil((usually * runs) / usualRuns);
