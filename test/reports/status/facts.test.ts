import assert from "node:assert/strict";
import type { Verified } from "../../../src/checks/runVerification";
import { imageMatrix } from "../../../src/reports/status/imageMatrix";
import { keyAges } from "../../../src/reports/status/keyAges";
import { claimUse, storageUse } from "../../../src/reports/status/readClusterStatus";
import { pendingOf } from "../../../src/reports/status/pending";
import type { Declared, Deployed, Place } from "../../../src/reports/status/place";
import { stateFacts, type StateResource } from "../../../src/reports/status/stateFacts";
import { withinDeadline } from "../../../src/reports/status/withinDeadline";
import { resourcesOf } from "../../support/fleetProject";

const now = Date.parse("2026-11-21T06:00:00Z");
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const since = "2026-10-02T08:00:00Z";

/** A stack whose registry was seeded with `letter`, made of the config `config`. */
function place(stack: string, letter: string, config: string, declared: Partial<Declared> = {}) {
  const asked: Verified = {
    endpoint: { via: "address", url: `http://${stack}.test` },
    accounts: [{ username: "admin", password: "hidden-password", role: "admin" }],
    images: [{ repository: "team/app", tags: ["v1"], digest: digest(letter), platforms: [] }],
    registry: { version: "2.1.17" },
  };
  const facts = stateFacts(
    resourcesOf({
      asked,
      since,
      rotation: { begun: 3, handedOut: 2 },
      configs: { "team/app": config },
      keys: [{ label: "forge", expiresAt: "2027-01-01T00:00:00Z" }],
    }),
  );
  const deployed: Deployed = { ...facts, asked };
  const file: Declared = {
    registry: `https://${stack}.test`,
    version: "2.1.17",
    rotation: 2,
    storage: "20Gi",
    images: [{ repository: "team/app", tags: ["v1"], content: `linux/amd64=${config}` }],
    ...declared,
  };
  return { stack, problems: [], declared: file, deployed } satisfies Place;
}

describe("what a state tells", () => {
  it("is generations, ages, keys and seeds, and no credential", () => {
    const { asked: _, ...facts } = place("ottawa", "a", "c1").deployed;
    assert.deepEqual(facts, {
      deployedAt: since,
      credentials: [{ account: "admin", since }],
      rotation: { begun: 3, handedOut: 2 },
      keys: [{ name: "forge", expires: "2027-01-01T00:00:00Z" }],
      seeds: [
        {
          repository: "team/app",
          tags: ["v1"],
          digest: digest("a"),
          content: "linux/amd64=c1",
        },
      ],
    });
    assert.doesNotMatch(JSON.stringify(facts), /hidden|zak_/);
  });

  it("does not take for seeded what a seeding that failed was asked for", () => {
    const { asked } = place("ottawa", "a", "c1").deployed;
    const [seed] = resourcesOf({ asked, since, configs: { "team/app": "c1" } }).filter(({ type }) =>
      type.endsWith(":Seed"),
    );
    const told = (more: object) =>
      stateFacts([{ ...seed, outputs: { ...seed?.outputs, ...more } } as StateResource]).seeds[0];
    assert.equal(told({ problem: "no archive", action: null })?.content, undefined);
    // A refresh that finds a tag moved says nothing of what was seeded.
    assert.equal(told({ problem: "moved", action: "pushed" })?.content, "linux/amd64=c1");
  });

  it("leaves out what another version wrote otherwise", () => {
    const odd = ["Account", "Rotation", "Seed", "ApiKey"].map((name) => ({
      type: `pulumi-nodejs:dynamic/zot-fleet:${name}`,
      urn: `urn::${name}`,
      outputs: { expiresAt: 5, username: 1 },
    }));
    assert.deepEqual(stateFacts(odd), { credentials: [], rotation: {}, keys: [], seeds: [] });
  });
});

describe("what is pending", () => {
  it("is nothing after a deployment, and each thing that the file has otherwise", () => {
    const { declared, deployed } = place("ottawa", "a", "c1");
    assert.deepEqual(pendingOf(declared, deployed), []);
    const changed: Declared = {
      ...declared,
      rotation: 3,
      version: "2.1.18",
      images: [
        { repository: "team/app", tags: ["v1"], content: "linux/amd64=c2" },
        { repository: "team/new", tags: ["v1", "latest"] },
      ],
    };
    assert.deepEqual(
      pendingOf(changed, deployed).map(({ what, deployed: was, declared: is }) => [what, was, is]),
      [
        ["rotation", "2", "3"],
        ["version", "2.1.17", "2.1.18"],
        ["team/app", "another image", "what the lock has"],
        ["team/new", "nothing", "v1, latest"],
      ],
    );
  });
});

describe("the matrix of images and clusters", () => {
  const name = "team/app:v1";
  const skew = (columns: Parameters<typeof imageMatrix>[0]) => imageMatrix(columns)[0]?.skew;
  const holds = (stack: string, letter: string, config: string, held = letter) => ({
    place: place(stack, letter, config),
    held: { [name]: digest(held) },
  });

  it("sees skew between digests, and none between two compressions of one image", () => {
    assert.equal(skew([holds("ottawa", "a", "c1"), holds("lisbon", "a", "c1")]), false);
    assert.equal(skew([holds("ottawa", "a", "c1"), holds("lisbon", "b", "c2")]), true);
    assert.equal(skew([holds("ottawa", "a", "c1"), holds("lisbon", "b", "c1")]), false);
    // Of a tag that somebody moved only the digest is known, here and where it was seeded.
    const moved = holds("lisbon", "b", "c1", "f");
    assert.equal(skew([holds("ottawa", "a", "c1"), moved]), true);
    assert.equal(skew([holds("ottawa", "f", "c9"), moved]), false);
  });

  it("tells moved, absent, unknown, not deployed and behind the lock apart", () => {
    const behind = place("oslo", "a", "c1", {
      images: [{ repository: "team/app", tags: ["v1"], content: "linux/amd64=c2" }],
    });
    const { deployed: _, ...never } = place("fez", "a", "c1");
    const { deployed, stack } = place("accra", "a", "c1");
    const columns = [
      holds("lisbon", "a", "c1", "f"),
      { place: place("lima", "a", "c1"), held: { [name]: null } },
      { place: place("quito", "a", "c1"), held: {} },
      { place: never, held: {} },
      { place: behind, held: { [name]: digest("a") } },
      { place: { stack, problems: [], deployed }, held: { [name]: digest("a") } },
    ];
    const [row] = imageMatrix(columns);
    const told = Object.entries(row?.stacks ?? {}).map(
      ([column, { state, behindLock = false }]) =>
        `${column} ${state}${behindLock ? " behind" : ""}`,
    );
    assert.deepEqual(told, [
      "lisbon moved",
      "lima absent",
      "quito unknown",
      "fez not deployed",
      "oslo held behind",
      "accra held",
    ]);
  });
});

describe("what a claim takes", () => {
  const GiB = 1024 ** 3;

  it("is what the kubelet measures, unless that is a larger disk with more on it", () => {
    const own = { usedBytes: 3 * GiB, capacityBytes: 19.5 * GiB };
    assert.deepEqual(claimUse(own, "zot", "20Gi"), { usedBytes: 3 * GiB, toldBy: "kubelet" });
    assert.deepEqual(claimUse({ usedBytes: 5 }, "zot", "20Gi").usedBytes, 5);
    assert.deepEqual(claimUse(own, "zot", "1536e6").usedBytes, 3 * GiB);
    const shared = claimUse({ usedBytes: 50 * GiB, capacityBytes: 200 * GiB }, "zot", "20Gi");
    assert.equal(shared.usedBytes, undefined);
    assert.match(shared.unknown ?? "", /folder of a larger disk.*50\.0 GiB of 200\.0 GiB/);
    assert.match(claimUse(undefined, "zot", "20Gi").unknown ?? "", /does not measure zot/);
  });

  it("is unknown with a reason, never nothing without one", () => {
    assert.equal(storageUse("20Gi", undefined).unknown, "it was not looked at");
    assert.match(storageUse("20Gi", {}).unknown ?? "", /neither/);
    assert.deepEqual(storageUse("20Gi", { usedBytes: 1, toldBy: "zot", unknown: "403" }), {
      declared: "20Gi",
      usedBytes: 1,
      toldBy: "zot",
    });
  });
});

describe("how long keys last", () => {
  it("is told in days, the first to end first", () => {
    const keys = [
      { name: "never" },
      { name: "odd", expires: "no time" },
      { name: "later", expires: "2027-02-19T06:00:00Z" },
      { name: "edge", expires: "2026-12-05T06:00:00Z" },
      { name: "soon", expires: "2026-12-05T05:59:59Z" },
      { name: "now", expires: "2026-11-21T06:00:00Z" },
      { name: "gone", expires: "2026-11-19T00:00:00Z" },
    ];
    assert.deepEqual(
      keyAges(keys, now).map(({ name, state, daysLeft }) => [name, state, daysLeft]),
      [
        ["gone", "expired", -2],
        ["now", "expired", 0],
        ["soon", "ends soon", 13],
        ["edge", "fine", 14],
        ["later", "fine", 90],
        ["never", "never ends", undefined],
        ["odd", "never ends", undefined],
      ],
    );
  });
});

describe("a deadline", () => {
  it("gives what came in time, and does not wait for what hangs", async () => {
    const { signal } = new AbortController();
    assert.equal(await withinDeadline(Promise.resolve(1), signal), 1);
    await assert.rejects(withinDeadline(Promise.reject(new Error("no")), signal), /no/);
    const hangs = new Promise<number>(() => undefined);
    assert.equal(await withinDeadline(hangs, AbortSignal.timeout(10)), undefined);
    assert.equal(await withinDeadline(Promise.resolve(1), AbortSignal.abort()), undefined);
  });
});
