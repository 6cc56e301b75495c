import { countText } from "../../../../checks/outcomes";
import type { Format } from "../../../../render/format";
import { markup, pageText, type Markup } from "../../../../render/html";
import { userAgent } from "../../../../system/version";
import type { FleetStatus, ImageCell, ImageRow, StackStatus, Verdict } from "../../fleetStatus";
import {
  cellText,
  credentialsText,
  differs,
  keysText,
  legend,
  oldestCredential,
  rotationText,
  storageText,
  summary,
  symbols,
  troubles,
  unknowns,
  versionText,
} from "../words";
import { ages } from "./ages";
import {
  list,
  mark,
  table,
  time,
  type PageCell,
  type PageRow,
  type Place,
  type Tone,
} from "./parts";
import { script } from "./script";
import { style } from "./style";

/** The worst first. */
const verdicts: Record<Verdict, { tone: Tone; order: number }> = {
  unreachable: { tone: "bad", order: 0 },
  problems: { tone: "bad", order: 1 },
  unknown: { tone: "bad", order: 2 },
  "not deployed": { tone: "none", order: 3 },
  fine: { tone: "good", order: 4 },
};

/** For a browser: the same as the table, in one file that needs no network and no script. */
export const html: Format<FleetStatus> = (fleet) => {
  const { stacks, images, lookedAt } = fleet;
  const told = summary(stacks, images);
  const sections = sectionsOf(fleet);
  const body = markup`<header>
<h1>Registries</h1>
<p>${told}</p>
<p class="quiet">Looked at ${time(lookedAt)} by ${userAgent}</p>
<nav aria-label="On this page"><ul>${sections.map(
    ({ place: { id, title } }) => markup`<li><a href="#${id}">${title}</a></li>`,
  )}</ul></nav>
</header>
<main>
${sections.map(({ content }) => content)}</main>
<p id="told" class="quiet" role="status"></p>`;
  return pageText({ title: `Registries: ${told}`, style, script, body });
};

interface Section {
  place: Place;
  content: Markup;
}

function sectionsOf({ stacks, images, lookedAt }: FleetStatus): Section[] {
  const now = Date.parse(lookedAt);
  const told = (id: string, title: string, items: readonly Markup[]): Section[] =>
    items.length === 0 ? [] : [{ place: { id, title }, content: list({ id, title }, items) }];
  const tabled = (
    id: string,
    title: string,
    headings: readonly string[],
    rows: readonly PageRow[],
    words?: readonly string[],
  ): Section[] =>
    rows.length === 0
      ? []
      : [{ place: { id, title }, content: table({ id, title }, headings, rows, words) }];
  const seeding = stacks
    .map(({ stack }) => stack)
    .filter((stack) => images.some((row) => row.stacks[stack] !== undefined));
  return [
    ...tabled(
      "stacks",
      "Stacks",
      [
        ...["Stack", "Result", "Zot", "Checks", "Storage", "Oldest password", "API keys"],
        ...["Rotation", "Deployed"],
      ],
      stacks.map((status) => stackRow(status, now)),
    ),
    ...told("wrong", "What is wrong", stacks.flatMap(wrong)),
    ...told("pending", "Waiting for pulumi up", stacks.flatMap(pending)),
    ...told("unknown", "Not known", stacks.flatMap(notKnown)),
    ...tabled(
      "images",
      "Images",
      ["Image", ...seeding, "Skew"],
      images.map((row) => imageRow(row, seeding)),
      legend(images),
    ),
    ...tabled(
      "ages",
      "Passwords and API keys",
      ["Stack", "What", "Since or until", "Days", "State"],
      stacks.flatMap((status) => ages(status, now)),
    ),
  ];
}

function stackRow(status: StackStatus, now: number): PageRow {
  const { stack, verdict, version, checks, storage, keys, deployedAt } = status;
  const { tone, order } = verdicts[verdict];
  const since = oldestCredential(status)?.since;
  const cells: PageCell[] = [
    { shown: mark(tone, verdict, symbols[verdict]), order },
    { shown: versionText(version) },
    {
      shown: checks === undefined ? "not run" : countText(checks),
      order: checks === undefined ? null : checks.failed * 10_000 + checks.warning,
    },
    { shown: storageText(storage), order: storage.usedBytes ?? null },
    {
      shown: credentialsText(status, now),
      order: since === undefined ? null : Math.floor((now - Date.parse(since)) / 1000),
    },
    { shown: keysText(status), order: keys[0]?.daysLeft ?? null },
    { shown: rotationText(status) },
    deployedAt === undefined
      ? { shown: "never", order: null }
      : { shown: time(deployedAt), order: Date.parse(deployedAt) },
  ];
  return { heading: markup`<bdi>${stack}</bdi>`, cells };
}

const wrong = (status: StackStatus): Markup[] =>
  troubles(status).map(({ failed, words, hint }) => {
    const result = failed ? mark("bad", "failed", "×") : mark("warn", "warning", "‼");
    const fix = hint === undefined ? "" : markup`<span class="hint">${hint}</span>`;
    return markup`${result} <strong><bdi>${status.stack}</bdi></strong> ${words}${fix}`;
  });

const pending = ({ stack, pending: waiting }: StackStatus): Markup[] =>
  waiting.map(
    ({ what, deployed, declared }) =>
      markup`<strong><bdi>${stack}</bdi></strong> ${what}: ${deployed} → ${declared}`,
  );

const notKnown = (status: StackStatus): Markup[] =>
  unknowns(status).map((words) => markup`<strong><bdi>${status.stack}</bdi></strong> ${words}`);

function imageRow(row: ImageRow, stacks: readonly string[]): PageRow {
  return {
    heading: markup`<bdi>${row.image}</bdi>`,
    cells: [
      ...stacks.map((stack) => ({ shown: imageCell(row, row.stacks[stack]) })),
      { shown: row.skew ? mark("warn", "skew") : "no", order: row.skew ? 0 : 1 },
    ],
  };
}

function imageCell(row: ImageRow, cell: ImageCell | undefined): Markup {
  const words = markup`<code>${cellText(row, cell)}</code>`;
  const tone = toneOf(row, cell);
  return tone === undefined ? words : markup`<span class="${tone}">${words}</span>`;
}

function toneOf(row: ImageRow, cell: ImageCell | undefined): Tone | undefined {
  if (cell === undefined || cell.state === "not deployed") return "none";
  if (cell.state === "absent" || cell.state === "moved") return "bad";
  return differs(row, cell) || cell.behindLock || cell.state === "unknown" ? "warn" : undefined;
}
