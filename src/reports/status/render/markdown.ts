import { countText } from "../../../checks/outcomes";
import type { Format } from "../../../render/format";
import { escaped, tableLines, type MarkdownCell } from "../../../render/markdown";
import type { FleetStatus } from "../fleetStatus";
import {
  cellText,
  credentialsText,
  keysText,
  legend,
  rotationText,
  storageText,
  summary,
  symbols,
  troubles,
  unknowns,
  versionText,
} from "./words";

/** For an issue or a hand-over: the same as the table. */
export const markdown: Format<FleetStatus> = ({ stacks, images, lookedAt }) => {
  const now = Date.parse(lookedAt);
  const overview = stacks.map((status) => [
    status.stack,
    `${symbols[status.verdict]} ${status.verdict}`,
    versionText(status.version),
    status.checks === undefined ? "not run" : countText(status.checks),
    storageText(status.storage),
    credentialsText(status, now),
    keysText(status),
    rotationText(status),
  ]);
  const wrong = stacks.flatMap((status) =>
    troubles(status).map(({ failed, words, hint }) => {
      const fix = hint === undefined ? "" : ` (${escaped(hint)})`;
      return `- **${escaped(status.stack)}** ${failed ? "failed" : "warning"}: ${escaped(words)}${fix}`;
    }),
  );
  const unknown = stacks.flatMap((status) =>
    unknowns(status).map((words) => `- **${escaped(status.stack)}** ${escaped(words)}`),
  );
  const pending = stacks.flatMap(({ stack, pending: waiting }) =>
    waiting.map(
      ({ what, deployed, declared }) =>
        `- **${escaped(stack)}** ${escaped(what)}: ${escaped(deployed)} → ${escaped(declared)}`,
    ),
  );
  const names = stacks
    .map(({ stack }) => stack)
    .filter((stack) => images.some((row) => row.stacks[stack] !== undefined));
  const matrix = images.map((row): MarkdownCell[] => [
    row.image,
    ...names.map((name) => cellText(row, row.stacks[name])),
    row.skew ? { markdown: "**skew**" } : "",
  ]);
  return `${[
    "### Registries",
    "",
    summary(stacks, images),
    "",
    ...tableLines(
      ["Stack", "Result", "Zot", "Checks", "Storage", "Oldest password", "API keys", "Rotation"],
      overview,
    ),
    ...section("What is wrong", wrong),
    ...section("Waiting for pulumi up", pending),
    ...section("Not known", unknown),
    ...(matrix.length === 0 ? [] : ["", ...tableLines(["Image", ...names, ""], matrix)]),
    ...section(
      "",
      legend(images).map((line) => `- ${line}`),
    ),
  ].join("\n")}\n`;
};

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return ["", ...(title === "" ? [] : [`**${title}**`, ""]), ...lines];
}
