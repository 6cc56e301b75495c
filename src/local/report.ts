import { join, relative } from "node:path";
import type { CheckResult } from "../checks/check";
import type { RegistryKind } from "../facts/zot";
import { countResults, type Counts, failureText } from "../checks/outcomes";
import { resultFormats } from "../checks/resultFormats";
import { jsonText, type Format } from "../render/format";
import { escaped, tableLines } from "../render/markdown";
import { oneLine } from "../render/terminal";
import type { Changes } from "./deployment";
import type { StackPart } from "./stackUse";

/** What a run did, and what is true of its registry. */
export interface LocalReport {
  /** Where everything lies. */
  folder: string;
  registry: { url: string; kind: RegistryKind; version: string; note?: string };
  /** What a stack file says that holds here, too; absent where it says nothing. */
  stack?: { name: string; parts: readonly StackPart[] };
  changes: Changes;
  seeded: {
    image: string;
    tags: string[];
    digest: string | null;
    action: "pushed" | "present" | null;
  }[];
  results: readonly CheckResult[];
  /** What stopped the deployment. */
  problem?: string;
}

/** What `-o json` prints: programs know these fields. */
export interface LocalDocument extends Omit<LocalReport, "folder" | "results"> {
  checks: Counts;
  /** `detail` begins with the subject, where there is one. */
  results: (Pick<CheckResult, "code" | "title" | "status" | "detail"> & { hint?: string })[];
}

/** True when the registry is as it was asked for: nothing stopped the deployment and no check failed. */
export function allHeld({ problem, results }: LocalReport): boolean {
  const { passed, failed } = countResults(results);
  return problem === undefined && failed === 0 && passed > 0;
}

/** For a person: what is there and what was checked. */
const table: Format<LocalReport> = (report, options) => {
  const { registry, stack, changes, seeded, results, problem } = report;
  return [
    ...lines([
      "",
      `Registry   ${registry.url}  (${registry.kind} ${registry.version})`,
      ...(registry.note === undefined ? [] : [`           ${registry.note}`]),
      ...(stack?.parts ?? []).map(
        ({ part, status, detail }) =>
          `Stack      ${part} of ${stack?.name ?? ""} ${status}: ${detail}`,
      ),
      `Account    admin; its password: npm run --silent local -- --show-password${flagOf(report)}`,
      `Changes    ${changesText(changes)}`,
      "",
      "Images",
      ...seeded.map((each) =>
        `  ${nameOf(each).padEnd(28)} ${each.digest ?? "not seeded"}  ${each.action ?? ""}`.trimEnd(),
      ),
      "",
    ]),
    resultFormats.table({ target: "Checks", results }, options),
    ...lines([
      ...(problem === undefined ? [] : ["", ...`Stopped: ${untold(problem, results)}`.split("\n")]),
    ]),
  ].join("");
};

/** What a person may try while the registry runs, as commands that can be pasted. */
export function toTry(report: LocalReport): string {
  const { registry, seeded } = report;
  const [{ image, tags } = { image: "demo/hello", tags: ["1.0"] }] = seeded;
  const reach = `--authfile ${join(placeOf(report), "auth.json")} --tls-verify=false`;
  const repository = `docker://${new URL(registry.url).host}/${image}`;
  return lines([
    "",
    "Try",
    `  skopeo inspect ${reach} ${repository}:${tags[0] ?? "latest"}`,
    `  skopeo list-tags ${reach} ${repository}`,
    `  npm run --silent fleet -- verify --local${flagOf(report)}`,
    "",
  ]).join("");
}

/** The folder as a person would name it from here. */
function placeOf({ folder }: LocalReport): string {
  const near = relative(process.cwd(), folder);
  return near === "" || near.startsWith("..") ? folder : near;
}

/** What the commands need that are told of it. */
function flagOf(report: LocalReport): string {
  const place = placeOf(report);
  return place === ".local" ? "" : ` --folder ${place}`;
}

/** For programs, who know these fields since the first version. */
const json: Format<LocalReport> = ({ folder: _, results, problem, ...report }) =>
  jsonText({
    ...report,
    checks: countResults(results),
    results: results.map(({ code, title, status, detail, subject, hint }) => ({
      code,
      title,
      status,
      detail: subject === undefined ? detail : `${subject}: ${detail}`,
      ...(status === "failed" || status === "warning" ? { hint } : {}),
    })),
    ...(problem === undefined ? {} : { problem }),
  } satisfies LocalDocument);

/** For handing over. */
const markdown: Format<LocalReport> = (report) => {
  const { changes, seeded, results, problem } = report;
  const images = seeded.map((each) => [
    nameOf(each),
    each.digest ?? "not seeded",
    each.action ?? "",
  ]);
  return [
    resultFormats.markdown({ target: targetOf(report), results }),
    ...lines([
      "",
      ...tableLines(["Image", "Digest", "Done"], images),
      "",
      `Changes: ${escaped(changesText(changes))}`,
      ...(problem === undefined ? [] : ["", `**Stopped**: ${escaped(problem)}`]),
    ]),
  ].join("");
};

/** For a CI server: what stopped the deployment is a case of its own, because then there may be no other. */
const junit: Format<LocalReport> = (report) => {
  const { results, problem } = report;
  const stopped = {
    code: "deployment",
    title: "ends well",
    status: "failed",
    detail: problem ?? "",
    hint: "Run it again: it goes on where it stopped.",
  } as const;
  return resultFormats.junit({
    target: targetOf(report),
    results: problem === undefined ? results : [...results, stopped],
  });
};

/** How a run can be told, by the names that `-o` takes. */
export const localFormats = { table, json, junit, markdown };

/** What stopped the deployment, without what the table of the results tells: each failure and its hint. */
function untold(problem: string, results: readonly CheckResult[]): string {
  const [, ...told] = (failureText(results) ?? "").split("\n");
  const known = new Set(told.map((line) => line.trim()));
  return problem
    .split("\n")
    .filter((line) => !known.has(line.trim()))
    .join("\n");
}

const targetOf = ({ registry: { kind, url } }: LocalReport) => `${kind}, ${url}`;

const nameOf = ({ image, tags }: LocalReport["seeded"][number]) => `${image}:${tags.join(",")}`;

const lines = (texts: readonly string[]) => texts.map((text) => `${oneLine(text)}\n`);

function changesText({ create, update, delete: removed, same }: Changes): string {
  return create + update + removed === 0
    ? `none (${same} resources as they were)`
    : `${create} created, ${update} updated, ${removed} deleted, ${same} as they were`;
}
