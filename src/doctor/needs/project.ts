import { fine, missing, unseen, type Need } from "./need";

const stackFile: Need = {
  code: "ZD509",
  subject: "stack file",
  title: "the stack file is not there, or says what cannot be",
  hint: "Correct the keys that are named; docs/reference/stack-file.md has all of them.",
  look: ({ config: { problem, unread }, stackFile: path }) => {
    if (problem !== undefined) return [missing(problem)];
    return [
      unread === undefined
        ? fine(`${path}, every key`)
        : unseen(`the encrypted keys of ${path}, and what goes with them: ${unread}`),
    ];
  },
};

const seeds: Need = {
  code: "ZD510",
  subject: "seeds",
  title: "a seed is not locked, or its archive is not there",
  hint: "Lock the seeds, have the lock reviewed, and bring the archives where the stack file names them.",
  look: ({ config: { declared }, seeds: seen, caller: { program } }) => {
    if (declared?.seeds.length === 0) return [];
    if ("unseen" in seen) return [unseen(seen.unseen)];
    const { unlocked, absent } = seen.found;
    return [
      ...unlocked.map((problem) => missing(problem, { command: `${program} lock` })),
      ...absent.map((path) =>
        missing(`there is no archive ${path}`, {
          hint: "Bring the archive there: the first deployment seeds from it.",
        }),
      ),
      ...(unlocked.length + absent.length === 0
        ? [fine(`${declared?.seeds.length ?? 0} locked, every archive is there`)]
        : []),
    ];
  },
};

const chart: Need = {
  code: "ZD511",
  subject: "chart",
  title: "the chart is not where the stack file says",
  hint: "Let this machine reach the chart's source, or set zot-fleet:chart.source to a path with the chart, or to a mirror of it.",
  look: ({ chart: seen }) => {
    if ("unseen" in seen) return [unseen(seen.unseen)];
    const { found } = seen;
    if ("unseen" in found) return [unseen(found.unseen)];
    return ["found" in found ? fine(found.found) : missing(found.problem)];
  },
};

/** What has to be in the project, and what it names. */
export const projectNeeds: readonly Need[] = [stackFile, seeds, chart];
