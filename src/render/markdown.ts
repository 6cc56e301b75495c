import { oneLine } from "./terminal";

/**
 * A text that stays text, in a cell, in a list or in a line: no column, no HTML, no formatting, no heading. Forges look for
 * mentions and issues after the escapes are gone: a space of no width parts those. What is not ours enters Markdown through
 * one of the functions of this file.
 */
export function escaped(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_[\]|~#]/g, String.raw`\$&`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[@#]/g, "$&\u200B")
    .replace(/^(\d*)([-+.)])(?=[\s-]|$)/, String.raw`$1\$2`);
}

/** A name in backticks, whatever is in it. */
export function code(text: string): string {
  const inside = oneLine(text).replaceAll("`", "'").replaceAll("@", "@\u200B");
  return `\`${inside.trim() === "" ? " " : inside}\``;
}

/** The same in a table, where a bar would end the cell even in backticks (GFM, "Tables"). */
export const codeCell = (text: string): string => code(text).replaceAll("|", String.raw`\|`);

/** Lines in a block of their own, as they are. */
export function fenced(text: string, language = ""): string {
  const lines = text.split(/\r?\n/).map(oneLine).join("\n").replaceAll("```", "'''");
  return `\`\`\`${language}\n${lines}\n\`\`\``;
}

/** A cell of a table: a text, or what is Markdown already. */
export type MarkdownCell = string | { markdown: string };

/** The lines of a table. */
export function tableLines(
  headings: readonly string[],
  rows: readonly (readonly MarkdownCell[])[],
): string[] {
  const line = (cells: readonly MarkdownCell[]) =>
    `| ${cells.map((cell) => (typeof cell === "string" ? escaped(cell) : cell.markdown)).join(" | ")} |`;
  return [line(headings), `| ${headings.map(() => "---").join(" | ")} |`, ...rows.map(line)];
}
