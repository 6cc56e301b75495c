import type { Credentials } from "../../../src/registry/client";
import type { LoadImage } from "./images";
import type { LoadPlan } from "./clients";
import { Load } from "./load";
import { kindsOf, type LoadReport } from "./outcomes";
import { readAll, type Reading } from "./reading";

/** One fault, and what clients saw of it. */
export interface DrillRow {
  fault: string;
  report: LoadReport;
  /** Seconds from the fault's beginning until all pods were there and ready. */
  healedAfter: number;
  /** Seconds from the fault's beginning to the first and to the last failure; absent where there was none. */
  trouble?: { from: number; to: number };
  /** Every layer of every image, afterwards. */
  reading: Reading;
}

/** How much clients do before a run counts. */
export interface Enough {
  pulls: number;
  pushes: number;
  /** No longer than that, in seconds, after the fault is over. */
  longest: number;
}

/** Does harm under load, waits until it has healed and clients have done enough, and reads everything. */
export async function drill(
  fault: string,
  plan: LoadPlan,
  enough: Enough,
  harm: (load: Load) => Promise<void>,
  /** Everything that must be there, besides what is pushed now; grows by that. */
  images: LoadImage[],
): Promise<DrillRow> {
  const load = new Load(plan);
  try {
    // All kinds of clients are at it before anything happens.
    await load.until(({ done }) => done.pull >= 30 && done.push >= 4, 60);
    const began = Date.now();
    await harm(load);
    const healedAfter = (Date.now() - began) / 1000;
    await load.until(
      ({ done }) => done.pull >= enough.pulls && done.push >= enough.pushes,
      enough.longest,
    );
    const report = await load.end();
    images.push(...report.pushed);
    const reading = await readAll(plan.target, plan.puller, images);
    const times = report.failures.map(({ at }) => (at - began) / 1000);
    const trouble =
      times.length === 0 ? {} : { trouble: { from: Math.min(...times), to: Math.max(...times) } };
    return { fault, report, healedAfter, reading, ...trouble };
  } finally {
    load.kill();
  }
}

/** Hands to the clients what `read` finds, again and again while `work` goes on. */
export async function following<T>(
  load: Load,
  read: () => Promise<Credentials>,
  work: () => Promise<T>,
): Promise<T> {
  const state = { over: false };
  const follow = async () => {
    while (!state.over) {
      load.follow(await read());
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const followed = follow();
  try {
    return await work();
  } finally {
    state.over = true;
    await followed;
  }
}

/** The table of a drill, in Markdown. */
export function drillTable(rows: readonly DrillRow[]): string {
  const head = [
    "Fault",
    "Pulls",
    "Slow reads",
    "Pushes",
    "Requests",
    "Failed",
    "Failures, seconds after",
    "Slowest, s",
    "Healed after, s",
    "Read afterwards",
    "Missing",
    "Different",
  ];
  const cells = rows.map(({ fault, report, healedAfter, trouble, reading }) => [
    fault,
    report.done.pull,
    report.done["slow read"],
    report.done.push,
    report.requests,
    report.failures.length === 0 ? "0" : `${report.failures.length}: ${kindsOf(report).join(", ")}`,
    trouble === undefined ? "–" : `${trouble.from.toFixed(1)} to ${trouble.to.toFixed(1)}`,
    Math.max(report.slowest.pull, report.slowest.push).toFixed(1),
    healedAfter.toFixed(0),
    `${reading.images} images, ${reading.blobs} blobs`,
    reading.missing.length,
    report.different.length + reading.different.length,
  ]);
  const line = (each: readonly (string | number)[]) => `| ${each.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...cells.map(line)].join("\n");
}
