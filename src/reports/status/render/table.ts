import { countText } from "../../../checks/outcomes";
import type { Format } from "../../../render/format";
import { columns, oneLine, painted, type Cell, type Style } from "../../../render/terminal";
import type { FleetStatus, ImageCell, ImageRow, StackStatus, Verdict } from "../fleetStatus";
import {
  cellText,
  credentialsText,
  differs,
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

const styles: Record<Verdict, Style> = {
  fine: "green",
  problems: "red",
  unreachable: "red",
  unknown: "red",
  "not deployed": "grey",
};

/** For a person: a line for each stack, what is wrong below, and what every cluster has of every image. */
export const table: Format<FleetStatus> = (fleet, { color = false } = {}) => {
  const blocks = [
    stackLines(fleet, color),
    titled("What is wrong", wrongLines(fleet.stacks, color), color),
    titled("Waiting for pulumi up", pendingLines(fleet.stacks), color),
    titled("Not known", unknownLines(fleet.stacks), color),
    imageLines(fleet, color),
    [summary(fleet.stacks, fleet.images)],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
};

function titled(title: string, lines: readonly string[], color: boolean): string[] {
  return lines.length === 0 ? [] : [painted(title, "bold", color), ...lines];
}

const headings = [
  "Stack",
  "Result",
  "Zot",
  "Checks",
  "Storage",
  "Oldest password",
  "API keys",
  "Rotation",
].map((text): Cell => ({ text, style: "bold" }));

function stackLines({ stacks, lookedAt }: FleetStatus, color: boolean): string[] {
  const now = Date.parse(lookedAt);
  const rows = stacks.map((status): Cell[] => {
    const { stack, verdict, version, checks, storage } = status;
    const result = { text: `${symbols[verdict]} ${verdict}`, style: styles[verdict] };
    if (verdict === "not deployed" || verdict === "unknown") return [{ text: stack }, result];
    return [
      { text: stack },
      result,
      { text: versionText(version) },
      { text: checks === undefined ? "not run" : countText(checks) },
      { text: storageText(storage) },
      { text: credentialsText(status, now) },
      { text: keysText(status) },
      { text: rotationText(status) },
    ];
  });
  return columns([headings, ...rows], color);
}

function wrongLines(stacks: readonly StackStatus[], color: boolean): string[] {
  const width = Math.max(0, ...stacks.map(({ stack }) => stack.length));
  return stacks.flatMap((status) =>
    troubles(status).flatMap(({ failed, words, hint }) => {
      const mark = failed
        ? painted("× failed ", "red", color)
        : painted("‼ warning", "yellow", color);
      const line = `${mark}  ${oneLine(`${status.stack.padEnd(width)}  ${words}`)}`;
      return hint === undefined ? [line] : [line, `           → ${oneLine(hint)}`];
    }),
  );
}

const unknownLines = (stacks: readonly StackStatus[]): string[] =>
  stacks.flatMap((status) =>
    unknowns(status).map((words) => oneLine(`  ${status.stack}  ${words}`)),
  );

function pendingLines(stacks: readonly StackStatus[]): string[] {
  return columns(
    stacks.flatMap(({ stack, pending }) =>
      pending.map(({ what, deployed, declared }) => [
        { text: `  ${stack}` },
        { text: what },
        { text: `${deployed} → ${declared}` },
      ]),
    ),
    false,
  );
}

function imageLines({ stacks, images }: FleetStatus, color: boolean): string[] {
  if (images.length === 0) return [];
  const shown = stacks.filter(({ stack }) => images.some((row) => row.stacks[stack] !== undefined));
  const heading = ["Image", ...shown.map(({ stack }) => stack)];
  const rows = images.map((row): Cell[] => [
    { text: row.image },
    ...shown.map(({ stack }) => imageCell(row, row.stacks[stack])),
    row.skew ? { text: "skew", style: "yellow" } : { text: "" },
  ]);
  return [
    ...columns([heading.map((text): Cell => ({ text, style: "bold" })), ...rows], color),
    ...legend(images).map((line) => `  ${line}`),
  ];
}

function imageCell(row: ImageRow, cell: ImageCell | undefined): Cell {
  const text = cellText(row, cell);
  if (cell === undefined || cell.state === "not deployed") return { text, style: "grey" };
  if (cell.state === "absent" || cell.state === "moved") return { text, style: "red" };
  return differs(row, cell) ? { text, style: "yellow" } : { text };
}
