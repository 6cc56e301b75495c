import { join, relative } from "node:path";
import type { Status } from "../checks/check";
import { countText, type Counts } from "../checks/outcomes";
import { oneLine } from "../render/terminal";
import type { Changes } from "./deployment";
import type { StackPart } from "./stackUse";

/** What `--json` prints. */
export interface LocalReport {
  registry: { url: string; kind: "zot" | "distribution"; version: string; note?: string };
  /** What a stack file says that holds here, too; absent where it says nothing. */
  stack?: { name: string; parts: StackPart[] };
  changes: Changes;
  seeded: {
    image: string;
    tags: string[];
    digest: string | null;
    action: "pushed" | "present" | null;
  }[];
  checks: Counts;
  results: { code: string; title: string; status: Status; detail: string; hint?: string }[];
  /** What stopped the deployment. */
  problem?: string;
}

/** True when the registry is as it was asked for: nothing stopped the deployment and no check failed. */
export function allHeld({ problem, checks }: LocalReport): boolean {
  return problem === undefined && checks.failed === 0 && checks.passed > 0;
}

const symbols: Record<Status, string> = { passed: "√", warning: "‼", failed: "×", skipped: "-" };

/** The summary for a person: what is there, what was proved, what to try next. */
export function formatReport(report: LocalReport, folder: string): string {
  const { registry, changes, seeded, checks, results, problem } = report;
  const host = new URL(registry.url).host;
  const [first] = seeded;
  const image =
    first === undefined ? "demo/hello:1.0" : `${first.image}:${first.tags[0] ?? "latest"}`;
  const near = relative(process.cwd(), folder);
  const place = near === "" || near.startsWith("..") ? folder : near;
  const authFile = join(place, "auth.json");
  const here = place === ".local" ? "" : ` --folder ${place}`;
  const showPassword = `npm run --silent local -- --show-password${here}`;
  return [
    "",
    `Registry   ${registry.url}  (${registry.kind} ${registry.version})`,
    ...(registry.note === undefined ? [] : [`           ${registry.note}`]),
    ...(report.stack?.parts ?? []).map(
      ({ part, status, detail }) =>
        `Stack      ${part} of ${report.stack?.name ?? ""} ${status}: ${detail}`,
    ),
    `Account    admin; its password: ${showPassword}`,
    `Changes    ${describeChanges(changes)}`,
    "",
    "Images",
    ...seeded.map(({ image, tags, digest, action }) =>
      `  ${`${image}:${tags.join(",")}`.padEnd(28)} ${digest ?? "not seeded"}  ${action ?? ""}`.trimEnd(),
    ),
    "",
    `Checks     ${countText(checks)}`,
    ...results.flatMap(({ code, title, status, detail, hint }) => [
      `  ${symbols[status]} ${status.padEnd(7)} ${code} ${title}: ${detail}`,
      ...(hint === undefined ? [] : [`      ${hint}`]),
    ]),
    ...(problem === undefined ? [] : ["", `Stopped: ${problem}`]),
    "",
    "Try",
    `  skopeo inspect --authfile ${authFile} --tls-verify=false docker://${host}/${image}`,
    `  skopeo list-tags --authfile ${authFile} --tls-verify=false docker://${host}/${image.split(":")[0] ?? ""}`,
    `  npm run --silent fleet -- verify --local${here}`,
    "",
  ]
    .flatMap((line) => line.split("\n"))
    .map(oneLine)
    .join("\n");
}

function describeChanges({ create, update, delete: removed, same }: Changes): string {
  return create + update + removed === 0
    ? `none (${same} resources as they were)`
    : `${create} created, ${update} updated, ${removed} deleted, ${same} as they were`;
}
