import fc from "fast-check";

/** Pieces that steer a terminal, turn a text around, or mean something to Markdown, HTML, a forge or a CI server. */
const pieces = [
  ...[
    "\u001B[2J",
    "\u001B]0;x\u0007",
    "\u001B]8;;http://d\u001B\\",
    "\u009B31m",
    "\u009D0;x\u009C",
  ],
  ...["\r", "\n", "\r\n", "\u2028", "\u2029", "\u0085", "\t", "\b", "\u0000", "\u007F", "\v", "\f"],
  ...[
    "\u202E",
    "\u2066",
    "\u2069",
    "\u200F",
    "\u061C",
    "\u200B",
    "\uFEFF",
    "\u{E0041}",
    "\uD800",
    "\uDC00",
  ],
  ...["<img src=x onerror=a>", "<!--", "-->", "</td>", "</script>", "&lt; ", "&amp;", "&#60;", "<"],
  ...[
    "@team",
    "#12",
    "o/r#12",
    "**b**",
    "__b__",
    "[c](http://d)",
    "![c](http://d)",
    "`",
    "```",
    "~~~",
  ],
  ...["|", "\\|", "\\", "\\\\", "# h1", "- ", "1. ", "> ", "---", "===", "<details>", "$$", ":::"],
  ...['"', "'", "]]>", "<![CDATA[", "::error::x", "##vso[x]", "{{x}}", "${x}"],
];

/** What somebody could put into a name, a tag, an image's config or an error. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 3 })), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""));

/** Markdown without its blocks and spans of code, where text is text; the spans themselves are looked at first. */
export function proseOf(markdown: string): string {
  return markdown.replace(/^ *```[^]*?^ *```$/gm, "").replace(/(?<!\\)`[^`\n]*`/g, "");
}
