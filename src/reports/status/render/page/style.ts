/** How the page looks: by light and by dark, on paper, and on a telephone, where a wide table scrolls under its first column. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f3f5f8; --line: #c9d0da; --ink: #16202c; --quiet: #4a5667;
  --good: #11602f; --good-ground: #dff3e4; --bad: #9b1420; --bad-ground: #fde4e4;
  --warn: #734a00; --warn-ground: #fcefcf; --focus: #0b57d0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11161d; --raised: #1b222c; --line: #3b4654; --ink: #e8edf3; --quiet: #aab6c4;
    --good: #8fdba6; --good-ground: #14331f; --bad: #ffb0b0; --bad-ground: #48181c;
    --warn: #f3cd7d; --warn-ground: #3d2e0c; --focus: #8ab4f8;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 90rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.45 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 2rem 0 0.6rem; font-size: 1.2rem; }
p { margin: 0.3rem 0; }
.quiet { color: var(--quiet); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 0.5rem; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
th, td { padding: 0.45rem 0.75rem; text-align: start; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead th { background: var(--raised); font-weight: 600; white-space: nowrap; }
tbody th { position: sticky; inset-inline-start: 0; background: var(--ground); font-weight: 600; max-width: 18rem; overflow-wrap: break-word; }
td { max-width: 24rem; min-width: 6.5rem; overflow-wrap: break-word; }
thead button { all: unset; cursor: pointer; font: inherit; }
thead button::after { content: "\\2195"; margin-inline-start: 0.4em; color: var(--quiet); }
[aria-sort="ascending"] button::after { content: "\\2191"; color: var(--ink); }
[aria-sort="descending"] button::after { content: "\\2193"; color: var(--ink); }
:focus-visible, thead button:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
.mark { display: inline-block; padding: 0 0.5em; border-radius: 0.35em; white-space: nowrap; }
.good { color: var(--good); background: var(--good-ground); }
.bad { color: var(--bad); background: var(--bad-ground); }
.warn { color: var(--warn); background: var(--warn-ground); }
.none { color: var(--quiet); background: var(--raised); }
code { font: 0.92em ui-monospace, monospace; }
ul { margin: 0; padding: 0; list-style: none; }
main li { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
.words { margin-top: 0.6rem; }
main .words li { padding: 0.1rem 0; border: 0; color: var(--quiet); }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin-top: 0.6rem; }
a { color: var(--focus); }
.hint { display: block; color: var(--quiet); padding-inline-start: 1.5em; text-indent: -1.5em; }
.hint::before { content: "\\2192"; display: inline-block; width: 1.5em; text-indent: 0; }
@media (max-width: 40rem) {
  body { padding-inline: 0.7rem; }
  th, td { padding: 0.4rem 0.5rem; }
  tbody th { max-width: 10rem; }
}
@media print { .scroll { overflow: visible; } body { max-width: none; } }
`;
