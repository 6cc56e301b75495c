import { oneLine } from "../../../render/text";

/** A cell of a text table: what it says, and how it looks on a terminal with colours (SGR code). */
export interface Cell {
  text: string;
  color?: number;
}

/** Rows as aligned lines; what a cell is not painted with still says it in words. A text that steers a terminal does not. */
export function columns(cells: readonly (readonly Cell[])[], color: boolean): string[] {
  const rows = cells.map((row) => row.map((cell) => ({ ...cell, text: oneLine(cell.text) })));
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, { text }] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, text.length);
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const last = at === row.length - 1;
        const gap = last ? "" : " ".repeat((widths[at] ?? 0) - cell.text.length + 2);
        return painted(cell, color) + gap;
      })
      .join("")
      .trimEnd(),
  );
}

/** A text in its colour, where colours are wanted. */
export function painted({ text, color }: Cell, wanted: boolean): string {
  return wanted && color !== undefined ? `\u001B[${color}m${text}\u001B[0m` : text;
}

export const red = 31;
export const green = 32;
export const yellow = 33;
export const grey = 90;
export const strong = 1;
