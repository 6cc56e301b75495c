import type { AccessSettings, Tier } from "../../../src/zot/accessSettings";
import { promised, type DocumentedAnswer, type Right } from "./documented";

/** What is tried with an image; docker: `/v2/` as Docker's user agent. */
export const attempts = [
  "pull",
  "new tag",
  "existing tag",
  "moving tag",
  "delete tag",
  "delete digest",
  "catalog",
  "docker",
] as const;
export type Attempt = (typeof attempts)[number];

export const askers = ["stranger", "puller-2", "puller-1", "ci-2", "ci-1", "ana", "admin"] as const;
export type Who = (typeof askers)[number];

/** A row is a letter an attempt: `y` it is done, `-` it is refused, `0` an empty catalog. */
type Rows = Record<Who, string>;

const columns: Record<Attempt, Right> = {
  pull: "pull",
  "new tag": "new tag",
  "existing tag": "existing tag",
  "moving tag": "a `moving` tag",
  "delete tag": "delete",
  "delete digest": "delete",
  catalog: "catalog",
  docker: "`/v2/` as Docker",
};
const letters: Record<DocumentedAnswer, string> = { yes: "y", "401": "-", "403": "-", empty: "0" };

/** What docs/access.md promises; where nothing moves, a `moving` tag is one that exists. */
const documentedRows = (tier: Tier, moves = true) =>
  Object.fromEntries(
    askers.map((who) => {
      const row = promised(who, tier);
      const letter = (attempt: Attempt) =>
        letters[row[columns[!moves && attempt === "moving tag" ? "existing tag" : attempt]]];
      return [who, attempts.map(letter).join("")];
    }),
  ) as Rows;

export const tables: Record<string, { access: AccessSettings; rows: Rows }> = {
  "private, nothing moves": { access: {}, rows: documentedRows("private", false) },
  "private, latest moves": { access: { moving: ["latest"] }, rows: documentedRows("private") },
  "read-public, latest moves": {
    access: { tier: "read-public", moving: ["latest"] },
    rows: documentedRows("read-public"),
  },
  "read-public, a private part that a group works in": {
    access: {
      tier: "read-public",
      groups: { team: ["ana"] },
      rules: [
        { repositories: "team/**", tier: "private" },
        {
          repositories: "team/app/**",
          allow: [{ who: ["group:team"], what: ["overwrite", "delete"] }],
        },
      ],
    },
    rows: {
      stranger: "------0-",
      "puller-2": "y-----yy",
      "puller-1": "y-----yy",
      "ci-2": "yy----yy",
      "ci-1": "yy----yy",
      ana: "yyyyyyyy",
      admin: "yyyyyyyy",
    },
  },
};
