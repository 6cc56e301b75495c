import { markup, type Markup } from "../../../../render/html";

/** How something is coloured; a word beside it says the same. */
export type Tone = "good" | "bad" | "warn" | "none";

/** Words on a ground of their colour. A symbol before them is for the eye alone: a screen reader would read it as mathematics. */
export function mark(tone: Tone, words: string, symbol?: string): Markup {
  const before = symbol === undefined ? "" : markup`<span aria-hidden="true">${symbol} </span>`;
  return markup`<span class="mark ${tone}">${before}${words}</span>`;
}

/** A cell, and by what number it is sorted; `null` is not known and stays last. Default: by its text. */
export interface PageCell {
  shown: string | Markup;
  order?: number | null;
}

/** One thing and what is told of it. */
export interface PageRow {
  heading: string | Markup;
  cells: readonly PageCell[];
}

/** A heading, and its anchor. */
export interface Place {
  id: string;
  title: string;
}

/** A table that scrolls by itself where the window is too narrow, also by keyboard; below it what its words mean. */
export function table(
  { id, title }: Place,
  headings: readonly string[],
  rows: readonly PageRow[],
  words: readonly string[] = [],
): Markup {
  const meanings =
    words.length === 0
      ? ""
      : markup`<ul class="words">${words.map((line) => markup`<li>${line}</li>`)}</ul>`;
  return markup`<section>
<h2 id="${id}">${title}</h2>
<div class="scroll" role="region" aria-labelledby="${id}" tabindex="0">
<table>
<thead><tr>${headings.map((text) => markup`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({ heading, cells }) => markup`<tr><th scope="row">${heading}</th>${cells.map(cell)}</tr>
`,
)}</tbody>
</table>
</div>
${meanings}</section>
`;
}

function cell({ shown, order }: PageCell): Markup {
  const attribute = order === undefined ? "" : markup` data-order="${order ?? ""}"`;
  return markup`<td${attribute}>${shown}</td>`;
}

/** A list under its heading. */
export function list({ id, title }: Place, items: readonly Markup[]): Markup {
  return markup`<section>
<h2 id="${id}">${title}</h2>
<ul>
${items.map((item) => markup`<li>${item}</li>\n`)}</ul>
</section>
`;
}

/** A time for people and programs: `2026-11-21 06:00 UTC`. What is no time stays as it is. */
export function time(text: string): Markup {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return markup`${text}`;
  const [date = "", clock = ""] = at.toISOString().split("T");
  return markup`<time datetime="${at.toISOString()}">${date} ${clock.slice(0, 5)} UTC</time>`;
}
