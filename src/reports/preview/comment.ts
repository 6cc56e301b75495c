import { code, fenced } from "../../render/markdown";
import type { Change, Kind } from "./change";
import type { ClusterReport } from "./describe";

/** By which a workflow finds the comment that it keeps current. */
export const marker = "<!-- zot-fleet: preview-report -->";

/**
 * Bytes of a comment. GitHub refuses more than 65,536 characters ("Body is too long (maximum is 65536 characters)");
 * Forgejo on MySQL may still have a TEXT column of 65,535 bytes (go-gitea/gitea issue 16656).
 */
export const mostBytes = 65_000;

const bytes = (text: string) => Buffer.byteLength(text);

/** One comment for the previews of any number of clusters: risks first, then each cluster, unchanged ones in a line. */
export function comment(reports: readonly ClusterReport[], limit = mostBytes): string {
  const failed = reports.filter(({ errors }) => errors.length > 0);
  const fine = reports.filter(({ errors }) => errors.length === 0);
  const changed = fine.filter(({ changes, quiet }) => changes.length + quiet > 0);
  const same = fine.filter((report) => !changed.includes(report));
  const head = [
    marker,
    `## ${headline(reports.length, changed.length, failed.length)}`,
    ...risks([...failed, ...changed]),
  ].join("\n\n");
  const foot = [
    ...(same.length === 0 ? [] : [`**Unchanged:** ${same.map(nameOf).join(", ")}.`]),
    "Every deployment ends with the checks of `zot-fleet verify`. No credential is shown here, old or new.",
  ].join("\n\n");
  return fitted(head, [...failed.map(failure), ...changed.map(section)], foot, limit);
}

const nameOf = ({ cluster }: ClusterReport) => code(cluster);

function headline(all: number, changed: number, failed: number): string {
  const clusters = all === 1 ? "1 cluster" : `${all} clusters`;
  const failures = failed === 0 ? "" : `, ${failed} cannot be previewed`;
  return `Registries: ${changed} of ${clusters} ${changed === 1 ? "changes" : "change"}${failures}`;
}

/** What many clusters share is told once. */
function risks(reports: readonly ClusterReport[]): string[] {
  const clusters = new Map<string, string[]>();
  for (const report of reports)
    for (const { words } of report.changes.filter(({ risk }) => risk === true))
      clusters.set(words, [...(clusters.get(words) ?? []), nameOf(report)]);
  if (clusters.size === 0) return [];
  const most = 40;
  const lines = [...clusters].map(([words, names]) => `- ⚠ ${names.join(", ")}: ${words}`);
  const more = lines.length > most ? [`- and ${lines.length - most} more, below`] : [];
  return ["**Think about**", [...lines.slice(0, most), ...more].join("\n")];
}

const order: readonly Kind[] = ["moved in", "replaced", "deleted", "changed", "created"];

interface Section {
  whole: string;
  /** What is left of it where there is no room. */
  short: string;
}

function section(report: ClusterReport): Section {
  const { changes, quiet } = report;
  const title = `### ${nameOf(report)}: ${counts(changes) || "checked again"}`;
  const lines = order.flatMap((kind) =>
    changes
      .filter((change) => change.kind === kind)
      .map(({ words, risk }) => `- ${risk === true ? "⚠ " : ""}${kind}: ${words}`),
  );
  const rest =
    quiet === 0 ? [] : [`- and ${quiet} without words of their own (components, proofs, checks)`];
  return {
    whole: [title, [...lines, ...rest].join("\n")].join("\n\n"),
    short: `${title} (no room here: see the job's log)`,
  };
}

function counts(changes: readonly Change[]): string {
  return order
    .map((kind) => [kind, changes.filter((change) => change.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

function failure(report: ClusterReport): Section {
  const title = `### × ${nameOf(report)}: cannot be previewed`;
  const text = report.errors.join("\n").slice(0, 2000);
  return { whole: `${title}\n\n${fenced(text)}`, short: `${title} (see the job's log)` };
}

/** The longest sections give way first, so that most clusters are told whole. */
function fitted(head: string, sections: readonly Section[], foot: string, limit: number): string {
  const shortened = new Set<Section>();
  const text = () =>
    `${[head, ...sections.map((each) => (shortened.has(each) ? each.short : each.whole)), foot].join("\n\n")}\n`;
  const bySize = [...sections].sort((a, b) => bytes(b.whole) - bytes(a.whole));
  let size = bytes(text());
  for (const longest of bySize) {
    if (size <= limit) break;
    shortened.add(longest);
    size -= bytes(longest.whole) - bytes(longest.short);
  }
  const whole = text();
  if (bytes(whole) <= limit) return whole;
  const cut = Buffer.from(whole)
    .subarray(0, limit - 40)
    .toString("utf8");
  return `${cut.replace(/\uFFFD+$/, "")}\n\n… cut: see the job's log\n`;
}
