import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Tier } from "../../../src/zot/accessSettings";

/** The table of docs/access.md, which is where it stands who may do what: tests take from there what they expect. */
const page = readFileSync(resolve(__dirname, "../../../docs/access.md"), "utf8");

const rights = [
  "pull",
  "new tag",
  "existing tag",
  "a `moving` tag",
  "delete",
  "catalog",
  "`/v2/` as Docker",
] as const;
export type Right = (typeof rights)[number];

/** `401` is said to whoever has not told who it is, `403` to whoever has; an `empty` catalog is one that shows nothing. */
const answers = ["yes", "401", "403", "empty"] as const;
export type DocumentedAnswer = (typeof answers)[number];

export type Documented = Readonly<Record<Right, DocumentedAnswer>>;

const [head = [], , ...rows] = [...page.matchAll(/^\|(.*)\|$/gm)].map(([, line = ""]) =>
  line.split("|").map((cell) => cell.trim()),
);
assert.deepEqual(head.slice(1), [...rights]);

const documented = new Map(
  rows.map(([who = "", ...cells]) => {
    const row = rights.map((right, index): [Right, DocumentedAnswer] => {
      const answer = answers.find((each) => each === cells[index]);
      assert.ok(answer, `docs/access.md: ${who}, ${right}: ${cells[index] ?? "nothing"}`);
      return [right, answer];
    });
    return [who, Object.fromEntries(row) as Documented] as const;
  }),
);

/** What the page promises an account: the row of its kind, which may differ between the tiers. */
export function promised(who: string, tier: Tier): Documented {
  const name = nameInTable(who);
  const row = documented.get(name) ?? documented.get(`${name}, \`${tier}\``);
  assert.ok(row, `docs/access.md has no row for ${name}, ${tier}`);
  return row;
}

function nameInTable(who: string): string {
  const [, role] = /^(puller|ci)-\d+$/.exec(who) ?? [];
  if (role !== undefined) return `\`${role}-N\``;
  return who === "stranger" || who === "admin" ? who : "another account";
}
