import assert from "node:assert/strict";
import { mediaTypes } from "../../src/images/mediaTypes";
import { promotedImages } from "../../src/seeding/promoted";
import {
  formatReleases,
  lockedTags,
  noReleases,
  parseReleases,
  releaseOf,
  withRelease,
  type Release,
  type ReleaseLock,
} from "../../src/seeding/releases";
import { releaseWords } from "../../src/seeding/releaseWords";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

const release: Release = {
  digest: digest("a"),
  mediaType: mediaTypes.ociIndex,
  children: [
    { platform: "linux/arm64", digest: digest("c") },
    { platform: "linux/amd64", digest: digest("b") },
    { platform: "unknown/unknown", digest: digest("d") },
  ],
  referrers: [
    {
      digest: digest("1"),
      subject: digest("2"),
      artifactType: "application/vnd.cncf.notary.signature",
    },
    { digest: digest("2"), subject: digest("b"), artifactType: "application/spdx+json" },
    { digest: digest("3"), subject: digest("a"), artifactType: "application/vnd.example" },
  ],
  cosignTags: [
    { tag: `sha256-${"b".repeat(64)}.att`, digest: digest("5") },
    { tag: `sha256-${"a".repeat(64)}.sig`, digest: digest("4") },
  ],
};

const name = { source: "accra", image: "team/app", tag: "1.4" };
const at = ["accra", "team/app", "1.4"] as const;
const lock = withRelease(noReleases, name, release);

describe("the lock of releases", () => {
  it("is the same text for the same content, in whatever order a registry answers", () => {
    const text = formatReleases(lock);
    const turned = {
      ...release,
      children: [...release.children].reverse(),
      referrers: [...release.referrers].reverse(),
      cosignTags: [...release.cosignTags].reverse(),
    };
    assert.equal(formatReleases(withRelease(noReleases, name, turned)), text);
    const read = parseReleases(text);
    assert.equal(formatReleases(read), text);
    assert.deepEqual(
      releaseOf(read, "accra", "team/app", "1.4")?.children.map(({ platform }) => platform),
      ["linux/amd64", "linux/arm64", "unknown/unknown"],
    );
    assert.ok(
      text.includes(`            { "platform": "linux/amd64", "digest": "${digest("b")}" },\n`),
      text,
    );
  });

  it("says by which key a release was verified, and nothing where none was", () => {
    const text = formatReleases(
      withRelease(noReleases, name, { ...release, signedBy: digest("7") }),
    );
    assert.ok(text.includes(`          "signedBy": "${digest("7")}",\n`), text);
    assert.equal(releaseOf(parseReleases(text), "accra", "team/app", "1.4")?.signedBy, digest("7"));
    assert.ok(!formatReleases(lock).includes("signedBy"));
    assert.ok(!("signedBy" in (releaseOf(parseReleases(formatReleases(lock)), ...at) ?? {})));
  });

  it("keeps sources, images and tags apart, and forgets what is empty", () => {
    const two = withRelease(
      lock,
      { ...name, tag: "1.5" },
      { ...release, digest: digest("e"), cosignTags: [], referrers: [] },
    );
    assert.deepEqual(
      lockedTags(two)
        .map(({ tag }) => tag)
        .sort(),
      ["1.4", "1.5"],
    );
    assert.equal(releaseOf(two, "lisbon", "team/app", "1.4"), undefined);
    assert.equal(releaseOf(two, "accra", "constructor", "1.4"), undefined);
    const one = withRelease(two, name, undefined);
    assert.deepEqual(
      lockedTags(one).map(({ tag }) => tag),
      ["1.5"],
    );
    assert.deepEqual(withRelease(lock, name, undefined), noReleases);
    assert.equal(formatReleases(noReleases), '{\n  "version": 1,\n  "sources": {}\n}\n');
  });

  const change = (edit: (release: Record<string, unknown>) => void): string => {
    const value = JSON.parse(formatReleases(lock)) as {
      sources: Record<string, Record<string, Record<string, Record<string, unknown>>>>;
    };
    edit(value.sources["accra"]?.["team/app"]?.["1.4"] ?? {});
    return JSON.stringify(value);
  };
  const wrong: [what: string, text: string, message: RegExp][] = [
    ["conflict markers", `<<<<<<< HEAD\n${formatReleases(lock)}`, /has conflict markers/],
    ["no JSON", "{", /is not JSON/],
    ["another version", '{"version": 2, "sources": {}}', /knows version 1/],
    ["an unknown key", change((of) => (of["tag"] = "1.4")), /[Uu]nrecognized key/],
    ["a digest cut short", change((of) => (of["digest"] = "sha256:aa")), /wanted sha256:/],
    ["no media type", change((of) => (of["mediaType"] = "text/plain")), /wanted the media type/],
    [
      "a referrer of what is not there",
      change((of) => (of["referrers"] = [{ ...release.referrers[0], subject: digest("9") }])),
      /wanted a digest that stands beside it/,
    ],
    [
      "a signature of what is not there",
      change(
        (of) => (of["cosignTags"] = [{ tag: `sha256-${"9".repeat(64)}.sig`, digest: digest("4") }]),
      ),
      /wanted the tag of a digest that stands beside it/,
    ],
    [
      "a tag that is none of cosign's",
      change((of) => (of["cosignTags"] = [{ tag: "1.4.sig", digest: digest("4") }])),
      /wanted a tag of cosign's scheme/,
    ],
    [
      "a repository with a tag",
      formatReleases(lock).replace("team/app", "team/app:1"),
      /a repository/,
    ],
  ];
  for (const [what, text, message] of wrong)
    it(`refuses ${what}`, () => {
      assert.throws(() => parseReleases(text), message);
    });
});

describe("a promoted seed", () => {
  const source = { name: "accra", address: { url: "https://oci.accra.example" }, prefix: "fleet" };

  it("is one image for each digest that its tags name", () => {
    const other = { ...release, digest: digest("e"), referrers: [], cosignTags: [] };
    const all = [
      { ...name, tag: "1.4.0" },
      { ...name, tag: "1.4" },
    ].reduce(
      (lock, each) => withRelease(lock, each, release),
      withRelease(noReleases, { ...name, tag: "1.3" }, other),
    );
    const answer = promotedImages(
      all,
      { image: "team/app", tags: ["1.4", "1.3", "1.4.0"] },
      source,
    );
    assert.ok("images" in answer);
    assert.deepEqual(
      answer.images.map(({ repository, tags, promoted }) => [
        repository,
        tags,
        promoted.digest,
        promoted.repository,
      ]),
      [
        ["team/app", ["1.4", "1.4.0"], digest("a"), "fleet/team/app"],
        ["team/app", ["1.3"], digest("e"), "fleet/team/app"],
      ],
    );
  });

  it("names what is not locked, and the command that locks it", () => {
    const answer = promotedImages(lock, { image: "team/app", tags: ["1.4", "1.5", "1.6"] }, source);
    assert.ok("problem" in answer);
    assert.match(answer.problem, /^team\/app: 1\.5, 1\.6 of accra are not locked\./);
    assert.match(answer.problem, /promote team\/app:1\.5 team\/app:1\.6 --from accra --stack/);
  });

  const key = { path: "keys/ci.pub", pem: "", fingerprint: digest("7") };
  const signed = withRelease(lock, name, { ...release, signedBy: key.fingerprint });
  const seed = { image: "team/app", tags: ["1.4"] };

  it("has to be locked as signed by the key of its source", () => {
    const answer = promotedImages(signed, seed, source, key);
    assert.ok("images" in answer);
    assert.deepEqual(
      answer.images.map(({ signedBy }) => signedBy),
      [key],
    );
    const others: [ReleaseLock, RegExp][] = [
      [lock, /1\.4 is locked without a signature that was verified\. Verify with/],
      [
        withRelease(lock, name, { ...release, signedBy: digest("8") }),
        /1\.4 is locked as signed by sha256:8{12}…\. Verify with/,
      ],
    ];
    for (const [other, words] of others) {
      const told = promotedImages(other, seed, source, key);
      assert.ok("problem" in told);
      assert.match(told.problem, words);
      assert.match(told.problem, /has to be signed by keys\/ci\.pub \(sha256:7{12}…\), and/);
      assert.match(told.problem, /"npm run --silent fleet -- promote team\/app:1\.4 --from accra/);
    }
  });

  it("is the same whether the lock knows of a key or not, where its source asks for none", () => {
    assert.deepEqual(promotedImages(signed, seed, source), promotedImages(lock, seed, source));
  });

  it("is told by what it has", () => {
    assert.equal(
      releaseWords(release),
      "2 platforms, 2 signatures, 1 SBOM, 1 attestation, 1 other referrer",
    );
    const chart = {
      mediaType: mediaTypes.ociManifest,
      children: [],
      referrers: [],
      cosignTags: [],
    };
    assert.equal(releaseWords(chart), "no platform");
    const verified = { ...chart, signedBy: key.fingerprint };
    assert.equal(
      releaseWords(verified, key),
      "no platform, verified by keys/ci.pub (sha256:777777777777…)",
    );
    const other = { ...key, fingerprint: digest("8") };
    assert.equal(
      releaseWords(verified, other),
      "no platform, verified by the key sha256:777777777777…",
    );
  });
});
