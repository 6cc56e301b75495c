import type { AccessSettings } from "../../../src/zot/accessSettings";

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

/**
 * The documented table (docs/access.md), a column an attempt: `y` it is done, `-` it is refused, with 401 where the
 * stranger is. In the column of the catalog: `y` shows the image, `0` an empty one.
 */
export const tables: Record<string, { access: AccessSettings; rows: Record<Who, string> }> = {
  "private, nothing moves": {
    access: {},
    rows: {
      stranger: "--------",
      "puller-2": "y-----yy",
      "puller-1": "y-----yy",
      "ci-2": "yy----yy",
      "ci-1": "yy----yy",
      ana: "------0y",
      admin: "yyyyyyyy",
    },
  },
  "private, latest moves": {
    access: { moving: ["latest"] },
    rows: {
      stranger: "--------",
      "puller-2": "y-----yy",
      "puller-1": "y-----yy",
      "ci-2": "yy-y--yy",
      "ci-1": "yy-y--yy",
      ana: "------0y",
      admin: "yyyyyyyy",
    },
  },
  "read-public, latest moves": {
    access: { tier: "read-public", moving: ["latest"] },
    rows: {
      stranger: "y-----y-",
      "puller-2": "y-----yy",
      "puller-1": "y-----yy",
      "ci-2": "yy-y--yy",
      "ci-1": "yy-y--yy",
      ana: "y-----yy",
      admin: "yyyyyyyy",
    },
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
