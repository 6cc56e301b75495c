import { jsonText } from "../render/format";
import { escaped, tableLines } from "../render/markdown";
import { oneLine } from "../render/terminal";
import { releasesFile } from "../seeding/releases";
import type { ReleaseChange } from "./releaseChanges";

/** What `promote` found, and what it did about it. */
interface Promoted {
  /** drifted: the source is not as it was locked, and `--check` said to write nothing. */
  state: "unchanged" | "written" | "drifted";
  changes: readonly ReleaseChange[];
}

const symbols: Record<ReleaseChange["kind"], string> = {
  added: "+",
  changed: "~",
  gone: "!",
  removed: "-",
  unchanged: " ",
};

const outcomes: Record<Promoted["state"], string> = {
  unchanged: `${releasesFile} is as it was.\n`,
  written: `${releasesFile} is written: have it reviewed and commit it.\n`,
  drifted: `The source is not as ${releasesFile} has it.\n`,
};

const nameOf = ({ source, image, tag }: ReleaseChange) => `${source} ${image}:${tag}`;

function table({ state, changes }: Promoted): string {
  const lines = changes.map((change) =>
    oneLine(
      `${symbols[change.kind]} ${change.kind.padEnd(9)}  ${nameOf(change)}: ${change.detail}`,
    ),
  );
  return `${lines.map((line) => `${line}\n`).join("")}${outcomes[state]}`;
}

const markdown = ({ state, changes }: Promoted): string =>
  [
    `### ${escaped(releasesFile)}`,
    "",
    ...tableLines(
      ["Change", "Source", "Image", "What"],
      changes.map(({ kind, source, image, tag, detail }) => [
        kind,
        source,
        `${image}:${tag}`,
        detail,
      ]),
    ),
    "",
    outcomes[state],
  ].join("\n");

const json = (promoted: Promoted): string => jsonText(promoted);

/** How it can be told, by the names that `-o` takes. */
export const promoteFormats = { table, json, markdown };
