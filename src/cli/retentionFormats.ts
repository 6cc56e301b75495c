import { jsonText, type Format } from "../render/format";
import { escaped, tableLines } from "../render/markdown";
import { oneLine } from "../render/terminal";
import type { Decision } from "../zot/retention/decide";
import type { RepositoryPlan } from "../zot/retention/plan";

/** What is told of a plan. */
export interface PlanReport {
  /** Whether the rules, once in force, would only say so. */
  dryRun: boolean;
  /** Whether to tell of the tags that stay, too. */
  all: boolean;
  repositories: RepositoryPlan[];
}

const fates = { kept: "stays", deleted: "goes", either: "may go" } as const;

/** For a person: what goes, repository by repository, and what it comes to. */
const table: Format<PlanReport> = (plan) => {
  const blocks = shown(plan).map(({ repository, toldAt, tags }) => {
    const width = tags.reduce((widest, { tag }) => Math.max(widest, tag.length), 0);
    const lines = tags.map(
      ({ tag, fate, why, ...times }) =>
        `  ${fates[fate].padEnd(6)}  ${tag.padEnd(width)}  pushed ${day(times.pushed)}  pulled ${day(times.pulled)}  ${why}`,
    );
    return [`${repository}  (told ${day(toldAt)})`, ...lines, ""];
  });
  return `${[...blocks.flat(), summary(plan)].map(oneLine).join("\n")}\n`;
};

const json: Format<PlanReport> = ({ dryRun, repositories }) => {
  const told = repositories.map(({ repository, toldAt, tags }) => ({
    repository,
    toldAt: iso(toldAt),
    tags: tags.map(({ tag, fate, why, pushed, pulled }) => ({
      tag,
      fate,
      why,
      pushed: iso(pushed),
      pulled: iso(pulled),
    })),
  }));
  return jsonText({ dryRun, repositories: told });
};

/** For a pull request. */
const markdown: Format<PlanReport> = (plan) => {
  const rows = shown(plan).flatMap(({ repository, tags }) =>
    tags.map(({ tag, fate, why, pushed, pulled }) => [
      repository,
      tag,
      fates[fate],
      day(pushed),
      day(pulled),
      why,
    ]),
  );
  return `${[
    "### What retention would delete",
    "",
    ...(rows.length === 0
      ? []
      : [...tableLines(["Repository", "Tag", "It", "Pushed", "Pulled", "Why"], rows), ""]),
    escaped(summary(plan)),
  ].join("\n")}\n`;
};

export const planFormats = { table, json, markdown } as const satisfies Record<
  string,
  Format<PlanReport>
>;

/** The repositories with something to tell, each with just that. */
function shown({ all, repositories }: PlanReport): RepositoryPlan[] {
  return repositories
    .map((each) => ({ ...each, tags: each.tags.filter(({ fate }) => all || fate !== "kept") }))
    .filter(({ tags }) => tags.length > 0);
}

function summary({ dryRun, repositories }: PlanReport): string {
  const tags = repositories.flatMap((each) => each.tags);
  const count = (fate: Decision["fate"]) => tags.filter((each) => each.fate === fate).length;
  const maybe = count("either") === 0 ? "" : `, ${count("either")} may go`;
  const then = dryRun
    ? "With dryRun nothing is deleted."
    : "Without dryRun the next sweep deletes what goes.";
  const where = repositories.length === 1 ? "1 repository" : `${repositories.length} repositories`;
  return `Of ${tags.length} tags in ${where}, ${count("deleted")} would go${maybe}. ${then}`;
}

const iso = (time = 0) => (time === 0 ? null : new Date(time).toISOString());
const day = (time: number | undefined) => iso(time)?.slice(0, 16).replace("T", " ") ?? "never";
