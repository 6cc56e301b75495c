import { styleText } from "node:util";

/** A text on one line without what steers a terminal: the text is a registry's. The one escaper for terminals. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, "; ").replace(/\p{Cc}|\p{Cf}/gu, "");
}

/** How a text may look on a terminal with colours. */
export type Style = "bold" | "red" | "green" | "yellow" | "grey";

/** A text in its style, where colours are wanted. It is to be free of what steers a terminal: `oneLine`. */
export function painted(text: string, style: Style | undefined, wanted: boolean): string {
  // Whether colours are wanted has been decided, and not always for standard output.
  return wanted && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
}

/** A cell of a text table; colour is never all that says it. */
export interface Cell {
  text: string;
  style?: Style;
}

/** Rows as aligned lines. A text that steers a terminal does not. */
export function columns(cells: readonly (readonly Cell[])[], color: boolean): string[] {
  const rows = cells.map((row) => row.map((cell) => ({ ...cell, text: oneLine(cell.text) })));
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, { text }] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, text.length);
  return rows.map((row) =>
    row
      .map(({ text, style }, at) => {
        const last = at === row.length - 1;
        const gap = last ? "" : " ".repeat((widths[at] ?? 0) - text.length + 2);
        return painted(text, style, color) + gap;
      })
      .join("")
      .trimEnd(),
  );
}
