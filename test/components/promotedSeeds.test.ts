import assert from "node:assert/strict";
import { parseStackConfig } from "../../src/config/stack";
import { mediaTypes } from "../../src/images/mediaTypes";
import { noReleases, withRelease, type Release } from "../../src/seeding/releases";
import { seedChanges } from "../../src/reports/preview/images";
import { declare, revealed } from "../support/deployment";
import { keyPair } from "../support/signing";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const sig = `sha256-${"a".repeat(64)}.sig`;

const release: Release = {
  digest: digest("a"),
  mediaType: mediaTypes.ociIndex,
  children: [
    { platform: "linux/amd64", digest: digest("b") },
    { platform: "unknown/unknown", digest: digest("c") },
  ],
  referrers: [{ digest: digest("d"), subject: digest("a"), artifactType: "application/spdx+json" }],
  cosignTags: [{ tag: sig, digest: digest("e") }],
};
const plain = { ...release, digest: digest("f"), referrers: [], cosignTags: [] };
const name = { source: "accra", image: "team/app", tag: "1.4" };
const releases = withRelease(
  withRelease(noReleases, name, release),
  { ...name, tag: "1.3" },
  plain,
);

const raw = {
  cluster: { name: "ottawa", context: "ottawa", domain: "ottawa.example" },
  sources: { accra: { url: "https://oci.accra.example", prefix: "fleet", username: "reader" } },
  sourcePasswords: { accra: "hunter2" },
  seeds: [
    { image: "team/app", tags: ["1.4", "1.3"], from: "accra" },
    { image: "team/tool", tags: ["1.0"], archives: { "linux/amd64": "tool.tar" } },
  ],
};

describe("seeds that are promoted", () => {
  const declared = async (stack: Record<string, unknown> = raw) => {
    const { resources } = await declare(parseStackConfig(stack), false, { releases });
    return resources;
  };
  const seeds = async () =>
    new Map(
      (await declared())
        .filter(({ type }) => type.endsWith(":Seed"))
        .map(({ name, inputs }) => [name, inputs]),
    );

  it("are an image for each digest, as the lock has it, with the reader's account a secret", async () => {
    const found = await seeds();
    assert.deepEqual([...found.keys()].sort(), ["team/app:1.3", "team/app:1.4", "team/tool"]);
    const inputs = found.get("team/app:1.4") ?? {};
    assert.deepEqual(inputs["promoted"], {
      source: "accra",
      address: { url: "https://oci.accra.example" },
      repository: "fleet/team/app",
      ...release,
    });
    const credentials = inputs["sourceCredentials"];
    assert.deepEqual(revealed(credentials), { username: "reader", password: "hunter2" });
    assert.notDeepEqual(revealed(credentials), credentials, "it is marked");
    assert.ok(!JSON.stringify({ ...inputs, sourceCredentials: "" }).includes("hunter2"));
  });

  it("have the key of their source in the inputs, where it names one and the lock has it", async () => {
    const { signedBy } = keyPair();
    const locked = (fingerprint: string) =>
      [
        { ...name, of: release },
        { ...name, tag: "1.3", of: plain },
      ].reduce(
        (lock, { of, ...each }) => withRelease(lock, each, { ...of, signedBy: fingerprint }),
        noReleases,
      );
    const { accra } = raw.sources;
    const stack = parseStackConfig({
      ...raw,
      sources: { accra: { ...accra, signedBy: "keys/ci.pub" } },
    });
    const read: string[] = [];
    const signingKey = (path: string) => {
      read.push(path);
      return signedBy;
    };
    const path = process.env["PATH"];
    // Nothing is verified now, so that cosign need not be there.
    process.env["PATH"] = "";
    const { resources } = await declare(stack, true, {
      releases: locked(signedBy.fingerprint),
      signingKey,
    }).finally(() => (process.env["PATH"] = path));
    const inputs = resources.find(({ name }) => name === "team/app:1.4")?.inputs ?? {};
    assert.deepEqual(inputs["signedBy"], signedBy);
    assert.deepEqual(inputs["promoted"], (await seeds()).get("team/app:1.4")?.["promoted"]);
    assert.deepEqual([...new Set(read)], ["keys/ci.pub"]);
    const other = locked(digest("9"));
    await assert.rejects(declare(stack, true, { releases: other, signingKey }), (error: Error) =>
      /is locked as signed by sha256:9{12}…/.test(error.message),
    );
    const { resources: unasked } = await declare(parseStackConfig(raw), true, { releases: other });
    const without = unasked.find(({ name }) => name === "team/app:1.4")?.inputs ?? {};
    assert.equal(without["signedBy"], undefined);
    assert.deepEqual(without["promoted"], inputs["promoted"]);
  });

  it("say nothing in the inputs of those that are made of archives", async () => {
    const inputs = (await seeds()).get("team/tool") ?? {};
    const said = Object.entries(inputs).flatMap(([key, value]) =>
      value === undefined ? [] : [key],
    );
    assert.deepEqual(said.filter((key) => key !== "__provider").sort(), [
      ...["compression", "credentials", "endpoint", "onMoved", "onRemove"],
      ...["platforms", "repository", "tags"],
    ]);
  });

  it("are expected under their tags and cosign's, on the platforms that run them", async () => {
    const verification = (await declared()).find(({ type }) => type.endsWith(":Verification"));
    const [first, second, third] = revealed(verification?.inputs["images"]) as Record<
      string,
      unknown
    >[];
    assert.deepEqual(first?.["platforms"], ["linux/amd64"]);
    assert.deepEqual(first["cosignTags"], [{ tag: sig, digest: digest("e") }]);
    assert.deepEqual(second?.["cosignTags"], []);
    assert.ok(third && !("cosignTags" in third));
  });

  it("are left alone, with what cosign keeps beside them, by rules that would delete one of both", async () => {
    const keepsVersions = { repositories: "team/**", keep: [{ tags: ["1.*"] }] };
    const rules = [
      { ...keepsVersions, keep: [...keepsVersions.keep, { mostRecentlyPushedCount: 1 }] },
    ];
    const chart = (await declared({ ...raw, retention: { dryRun: false, rules } })).find(
      ({ type }) => type.endsWith(":Release"),
    );
    const text = JSON.stringify(revealed(chart?.inputs)).replaceAll("\\", "");
    const [policy = ""] = /"policies":[^[]*\[[^\]]*\]/.exec(text.replace(/\s+/g, "")) ?? [];
    assert.match(policy, /team\/app/);
    assert.doesNotMatch(policy, /team\/tool/);
  });

  it("stop a preview where the lock does not know a tag, or rollouts wait for one of two images", () => {
    const stack = (change: object) =>
      parseStackConfig({ ...raw, seeds: [{ ...raw.seeds[0], ...change }] });
    const refused = (change: object) => declare(stack(change), true, { releases });
    return Promise.all([
      assert.rejects(
        refused({ tags: ["1.5"] }),
        /team\/app: 1\.5 of accra is not locked\. Lock with/,
      ),
      assert.rejects(
        refused({ rollouts: [{ namespace: "team", name: "app" }] }),
        /1\.4 and 1\.3 are different images/,
      ),
    ]);
  });

  it("are told in a preview's report by what they are and were", () => {
    const inputs = (of: Release) => ({
      repository: "team/app",
      tags: ["1.4"],
      promoted: { source: "accra", ...of },
    });
    const step = { type: "Seed", name: "team/app", kept: false };
    const [moved] = seedChanges({
      ...step,
      kind: "changed",
      old: inputs(plain),
      now: inputs(release),
    });
    assert.equal(
      moved?.words,
      "promotes another image as `team/app:1.4` of `accra`: `ffffffffffff…` -> `aaaaaaaaaaaa…`, 1 platform, 1 signature, 1 SBOM; its tags move",
    );
    const [made] = seedChanges({ ...step, kind: "created", old: {}, now: inputs(release) });
    assert.match(made?.words ?? "", /^promotes `team\/app:1\.4` of `accra`: `a{12}…`, 1 platform/);
    const keyed = {
      ...inputs(release),
      signedBy: { path: "keys/ci.pub", fingerprint: digest("7") },
    };
    const [signed] = seedChanges({ ...step, kind: "created", old: {}, now: keyed });
    assert.match(signed?.words ?? "", /1 SBOM, verified by keys\/ci\.pub \(sha256:7{12}…\)$/);
    const [asked] = seedChanges({ ...step, kind: "changed", old: inputs(release), now: keyed });
    assert.equal(asked?.words, "verifies `team/app:1.4` by `keys/ci.pub (sha256:777777777777…)`");
    const [unasked] = seedChanges({ ...step, kind: "changed", old: keyed, now: inputs(release) });
    assert.deepEqual(
      [unasked?.words, unasked?.risk],
      ["verifies no signature of `team/app:1.4` any more", true],
    );
  });
});
