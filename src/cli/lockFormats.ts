import { jsonText } from "../render/format";
import { escaped, tableLines } from "../render/markdown";
import { oneLine } from "../render/terminal";
import { lockFile } from "../seeding/lock";
import type { LockChange } from "./lockChanges";

/** What `lock` found, and what it did about it. */
interface Locked {
  /** stale: it would change, and `--check` said to write nothing. */
  state: "unchanged" | "written" | "stale";
  changes: readonly LockChange[];
}

const symbols: Record<LockChange["kind"], string> = {
  added: "+",
  changed: "~",
  removed: "-",
  unchanged: " ",
  kept: "=",
};

const outcomes: Record<Locked["state"], string> = {
  unchanged: "",
  written: `${lockFile} is written: have it reviewed and commit it.\n`,
  stale: `${lockFile} is not up to date.\n`,
};

function table({ state, changes }: Locked): string {
  const width = Math.max(0, ...changes.map(({ archive }) => archive.length));
  const lines = changes.map(({ kind, repository, archive, detail }) =>
    oneLine(
      `${symbols[kind]} ${kind.padEnd(9)}  ${archive.padEnd(width)}  ${repository}: ${detail}`,
    ),
  );
  return `${lines.map((line) => `${line}\n`).join("")}${counts(changes)}\n${outcomes[state]}`;
}

function counts(changes: readonly LockChange[]): string {
  const count = (kind: LockChange["kind"]) => changes.filter((each) => each.kind === kind).length;
  const kept = count("kept");
  return [
    ...(["added", "changed", "removed", "unchanged"] as const).map(
      (kind) => `${count(kind)} ${kind}`,
    ),
    ...(kept === 0 ? [] : [`${kept} kept without a look at the archive`]),
  ].join(", ");
}

const markdown = ({ state, changes }: Locked): string =>
  [
    `### ${escaped(lockFile)}`,
    "",
    ...tableLines(
      ["Change", "Repository", "Archive", "What"],
      changes.map(({ kind, repository, archive, detail }) => [kind, repository, archive, detail]),
    ),
    "",
    `${counts(changes)}${state === "unchanged" ? "" : `: ${outcomes[state].trim()}`}`,
    "",
  ].join("\n");

const json = (locked: Locked): string => jsonText(locked);

/** How it can be told, by the names that `-o` takes. */
export const lockFormats = { table, json, markdown };
