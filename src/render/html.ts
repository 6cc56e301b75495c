import { createHash } from "node:crypto";
import { oneLine } from "./terminal";

/** What may stand in a page as it is. `markup` alone makes it, so that no text gets there unescaped. */
class Markup {
  constructor(readonly text: string) {}
}

export type { Markup };

/** What `markup` takes between its words: a text is escaped, markup stays. */
type Part = string | number | Markup | readonly Part[];

/** A template of HTML whose parts are escaped, in an element as in an attribute in double quotes. */
export function markup(words: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    words.map((word, at) => word + (at < parts.length ? textOf(parts[at] ?? "") : "")).join(""),
  );
}

function textOf(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return part.map(textOf).join("");
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The one escaper for HTML. A line stays a line, nothing turns a text around, and half a character is replaced. */
function escaped(text: string): string {
  return oneLine(text)
    .replace(/\p{Cs}/gu, "\u{FFFD}")
    .replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

/** A page of its own, in one file. */
export interface Page {
  title: string;
  /** CSS; ours. */
  style: string;
  /** JavaScript, without which the page can be read as well; ours. */
  script: string;
  body: Markup;
}

/**
 * The file. It asks no network for anything, and by its policy it cannot: its own style and script are let in by their digests,
 * so that a script which a name had smuggled in would not run either.
 */
export function pageText({ title, style, script, body }: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src ${digest(style)}`,
    `script-src ${digest(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    body.text,
    `<script>${script}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

const digest = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
