import assert from "node:assert/strict";
import fc from "fast-check";
import { sha256 } from "../../src/images/digest";
import { emptyLock, formatLock, parseLock, type SeedLock } from "../../src/seeding/lock";
import { lockedSeed } from "../../src/seeding/lockedSeed";

const amd64 = {
  platform: "linux/amd64",
  tags: ["3f2a91c", "latest"],
  imageId: sha256("id"),
  config: sha256("config"),
};
const arm64 = { ...amd64, platform: "linux/arm64", imageId: sha256("id arm") };
const lock: SeedLock = {
  version: 1,
  seeds: { "team/app": { "images/app-amd64.tar": amd64, "images/app-arm64.tar": arm64 } },
};
const seed = {
  image: "team/app",
  tags: ["3f2a91c", "latest"],
  archives: { "linux/arm64": "images/app-arm64.tar", "linux/amd64": "images/app-amd64.tar" },
};

describe("formatLock", () => {
  it("writes an archive a line, sorted, with a newline at the end", () => {
    assert.equal(
      formatLock({ version: 1, seeds: { zeta: { "z.tar": amd64 }, ...lock.seeds } }),
      `{
  "version": 1,
  "seeds": {
    "team/app": {
      "images/app-amd64.tar": { "platform": "linux/amd64", "tags": ["3f2a91c", "latest"], "imageId": "${sha256("id")}", "config": "${sha256("config")}" },
      "images/app-arm64.tar": { "platform": "linux/arm64", "tags": ["3f2a91c", "latest"], "imageId": "${sha256("id arm")}", "config": "${sha256("config")}" }
    },
    "zeta": {
      "z.tar": { "platform": "linux/amd64", "tags": ["3f2a91c", "latest"], "imageId": "${sha256("id")}", "config": "${sha256("config")}" }
    }
  }
}
`,
    );
    assert.equal(formatLock(emptyLock), '{\n  "version": 1,\n  "seeds": {}\n}\n');
  });

  it("writes what is read again, and the same text whatever the order", () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9]{1,8})?$/);
    const entry = fc.record(
      {
        platform: fc.constantFrom("linux/amd64", "linux/arm64", "linux/arm/v7"),
        tags: fc
          .uniqueArray(fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,9}$/), { minLength: 1 })
          .map((tags) => tags.sort()),
        imageId: fc.string().map(sha256),
        config: fc.string().map(sha256),
      },
      { noNullPrototype: true },
    );
    const path = fc.string({ minLength: 1 }).filter((text) => text !== "__proto__");
    const seeds = fc.dictionary(
      name,
      fc.dictionary(path, entry, { minKeys: 1, noNullPrototype: true }),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(seeds, (of) => {
        const text = formatLock({ version: 1, seeds: of });
        assert.deepEqual(parseLock(text), { version: 1, seeds: of });
        assert.equal(formatLock(JSON.parse(text) as SeedLock), text);
        const turned = Object.fromEntries(Object.entries(of).reverse());
        assert.equal(formatLock({ version: 1, seeds: turned }), text);
      }),
    );
  });
});

describe("parseLock", () => {
  const refused = (text: string, message: RegExp) => {
    assert.throws(() => parseLock(text, "stacks/seeds.lock"), message);
    assert.throws(
      () => parseLock(text, "stacks/seeds.lock"),
      /Write it anew with "npm run --silent fleet -- lock"/,
    );
  };
  const withEntry = (entry: object) =>
    JSON.stringify({ version: 1, seeds: { "team/app": { "a.tar": { ...amd64, ...entry } } } });

  it("says what is wrong, where, and how to mend it", () => {
    refused("{", /^Error: stacks\/seeds\.lock is not JSON: /);
    refused("[]", /^Error: stacks\/seeds\.lock is no lock:\n.*expected object/);
    refused('{"version":2,"seeds":{}}', /this zot-fleet knows version 1\n {2}→ at version/);
    refused('{"version":1,"seeds":{},"more":1}', /Unrecognized key: "more"/);
    refused('{"version":1,"seeds":{"Team":{}}}', /lower-case letters/);
    refused(
      withEntry({ imageId: "sha256:1" }),
      /wanted sha256: and 64 hex digits.*\n.*at seeds\["team\/app"\]\["a\.tar"\]\.imageId/,
    );
    refused(withEntry({ platform: "linux/aarch64" }), /wanted a platform such as/);
    refused(withEntry({ platform: "linux" }), /wanted a platform such as/);
    refused(withEntry({ tags: ["a b"] }), /wanted at most 128 letters/);
    refused(withEntry({ tags: [] }), /at least|>=1/);
    refused(withEntry({ size: 1 }), /Unrecognized key: "size"/);
  });

  it("knows a merge that was not resolved", () => {
    refused(
      '{\n<<<<<<< HEAD\n  "version": 1\n=======\n>>>>>>> other\n}',
      /has conflict markers: it was merged and not resolved/,
    );
  });
});

describe("lockedSeed", () => {
  const problem = (
    of: SeedLock,
    wanted: Partial<typeof seed> | { archives: Record<string, string> },
  ) => {
    const found = lockedSeed(of, { ...seed, ...wanted });
    assert.ok("problem" in found);
    assert.match(
      found.problem,
      /^team\/app: .*Lock the seeds with "npm run --silent fleet -- lock" and have stacks\/seeds\.lock reviewed\.$/,
    );
    return found.problem;
  };

  it("gives what is locked, sorted by platform", () => {
    assert.deepEqual(lockedSeed(lock, seed), {
      seed: {
        repository: "team/app",
        tags: ["3f2a91c", "latest"],
        platforms: [
          {
            platform: "linux/amd64",
            archive: "images/app-amd64.tar",
            imageId: sha256("id"),
            config: sha256("config"),
          },
          {
            platform: "linux/arm64",
            archive: "images/app-arm64.tar",
            imageId: sha256("id arm"),
            config: sha256("config"),
          },
        ],
      },
    });
  });

  it("takes fewer tags and platforms than are locked, because other stacks may have more", () => {
    const found = lockedSeed(lock, {
      ...seed,
      tags: ["latest"],
      archives: { "linux/x86_64": "images/app-amd64.tar" },
    });
    assert.ok("seed" in found);
    assert.deepEqual(found.seed.tags, ["latest"]);
    assert.deepEqual(
      found.seed.platforms.map(({ platform }) => platform),
      ["linux/amd64"],
    );
  });

  it("says what is not locked, all at once", () => {
    assert.match(
      problem(emptyLock, {}),
      /app-arm64\.tar \(linux\/arm64\) is not locked; .*app-amd64\.tar \(linux\/amd64\) is not locked/,
    );
    assert.match(
      problem(lock, { tags: ["latest", "v2"] }),
      /app-amd64\.tar is locked for the tags 3f2a91c, latest, not for v2/,
    );
    assert.match(
      problem(lock, { archives: { "linux/amd64": "images/new.tar" } }),
      /images\/new\.tar \(linux\/amd64\) is not locked/,
    );
    assert.match(
      problem(lock, { archives: { "linux/amd64": "images/app-arm64.tar" } }),
      /app-arm64\.tar is locked for linux\/arm64, not for linux\/amd64/,
    );
    assert.match(
      problem(lock, { archives: { linux: "images/app-arm64.tar" } }),
      /linux is no platform/,
    );
    assert.match(problem(lock, { archives: {} }), /names no archive/);
  });

  it("refuses two archives for one platform", () => {
    const archives = {
      "linux/arm64": "images/app-arm64.tar",
      "linux/arm64/v8": "images/app-arm64.tar",
    };
    assert.match(problem(lock, { archives }), /there are two archives for linux\/arm64/);
  });

  it("takes no repository for a property of every object", () => {
    assert.ok("problem" in lockedSeed(emptyLock, { ...seed, image: "constructor" }));
  });
});
