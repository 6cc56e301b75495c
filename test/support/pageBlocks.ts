import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const root = resolve(__dirname, "../..");

/** A fenced block of a page. */
export interface Block {
  /** The page, from the project's root. */
  page: string;
  /** Where it begins. */
  line: number;
  /** The last heading before it, of level two or deeper; the page's own is none. */
  heading: string;
  /** What stands behind the fence; empty where nothing does. */
  language: string;
  /** As it stands there, without its list's indentation. */
  text: string;
  /** The comment right before it, without `<!--` and `-->`. */
  comment: string | undefined;
}

/** Every page that people wrote: what `npm run docs` writes is held to the program by test/docs/reference.test.ts. */
export const writtenPages: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "examples/README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .map((name) => join("docs", name))
    .filter((path) => path.endsWith(".md") && relative("docs/reference", path).startsWith("..")),
];

/** The blocks of a page, in their order. @throws Error where a fence is not understood: no block is passed over */
export function blocksOf(page: string, text = readFileSync(join(root, page), "utf8")): Block[] {
  const blocks: Block[] = [];
  let heading = "";
  let comment: string | undefined;
  let open: (Omit<Block, "text"> & { indent: string; lines: string[] }) | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (open !== undefined) {
      const { indent, lines, ...block } = open;
      if (line === `${indent}\`\`\``) {
        blocks.push({ ...block, text: lines.join("\n") });
        [open, comment] = [undefined, undefined];
      } else lines.push(line.startsWith(indent) ? line.slice(indent.length) : line.trimStart());
      continue;
    }
    const [, before, language = ""] = /^( *(?:(?:-|\d+\.) +)?)```(\w*)$/.exec(line) ?? [];
    if (before !== undefined) {
      const indent = " ".repeat(before.length);
      open = { page, line: index + 1, heading, language, comment, indent, lines: [] };
    } else if (/^\W*(?:\d+\.)?\W*(?:`{3}|~{3})/.test(line))
      throw new Error(`${page}:${index + 1}: what begins here? ${line}`);
    else if (line.trim() !== "") comment = /^ *<!-- (.*) -->$/.exec(line)?.[1];
    heading = /^##+ (.*)$/.exec(line)?.[1] ?? heading;
  }
  if (open !== undefined) throw new Error(`${page}:${open.line}: the block does not end`);
  return blocks;
}

/** The shell commands below a heading of a page in docs/, in their order, as they stand there. */
export const pageCommands = (page: string, heading: string): string[] =>
  blocksOf(join("docs", page))
    .filter((block) => block.heading === heading && block.language === "sh")
    .map(({ text }) => text);

/** Fails unless the lines of a block stand in what was printed, in their order; a line `...` leaves some out. */
export function assertPrinted(block: string, printed: string): void {
  const lines = printed.split("\n");
  let at = 0;
  for (const line of block.split("\n")) {
    if (line === "...") continue;
    const found = lines.indexOf(line, at);
    assert.ok(found >= 0, `after "${lines[at - 1] ?? ""}" there is no line "${line}":\n${printed}`);
    at = found + 1;
  }
}
