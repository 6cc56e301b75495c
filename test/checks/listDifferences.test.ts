import assert from "node:assert/strict";
import { listDifferences } from "../../src/checks/listDifferences";
import type { ListedRepository } from "../../src/facts/registryList";

const listed: ListedRepository = {
  repository: "team/app",
  tags: [
    { tag: "1", digest: "sha256:a" },
    { tag: "2", digest: "sha256:b" },
  ],
  referrers: [{ subject: "sha256:a", digest: "sha256:c", artifactType: "application/spdx+json" }],
};

const told = (before: ListedRepository | undefined, now: ListedRepository | undefined) =>
  listDifferences(before, now).map(({ subject, detail }) => `${subject}: ${detail}`);

describe("what differs from a list", () => {
  it("is nothing where all is as listed, in whatever order", () => {
    assert.deepEqual(told(listed, { ...listed, tags: [...listed.tags].reverse() }), []);
  });

  it("names each tag that is missing, spare or another", () => {
    const now = {
      ...listed,
      tags: [
        { tag: "2", digest: "sha256:x" },
        { tag: "toString", digest: "sha256:a" },
      ],
    };
    assert.deepEqual(told(listed, now), [
      "team/app:1: missing: the tag, listed as sha256:a",
      "team/app:2: is sha256:x, listed as sha256:b",
      "team/app:toString: spare, not in the list: the tag, is sha256:a",
    ]);
  });

  it("names each referrer that is missing, spare or of another subject", () => {
    const now = {
      ...listed,
      referrers: [{ subject: "sha256:b", digest: "sha256:c", artifactType: "" }],
    };
    assert.deepEqual(told(listed, now), [
      "team/app@sha256:a: missing: the referrer sha256:c, application/spdx+json",
      "team/app@sha256:b: spare, not in the list: the referrer sha256:c",
    ]);
  });

  it("takes another word for an artifact type for no difference: the digest is the same", () => {
    const referrers = listed.referrers.map((each) => ({ ...each, artifactType: "" }));
    assert.deepEqual(told(listed, { ...listed, referrers }), []);
  });

  it("names a whole repository once", () => {
    assert.deepEqual(told(listed, undefined), [
      "team/app: missing: the repository, 2 tags, 1 referrers",
    ]);
    assert.deepEqual(told(undefined, listed), [
      "team/app: spare, not in the list: the repository, 2 tags, 1 referrers",
    ]);
    assert.deepEqual(told(undefined, undefined), []);
  });
});
