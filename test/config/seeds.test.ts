import assert from "node:assert/strict";
import { isOfArchives, seedClashes, tagsOf } from "../../src/config/seeds";
import { parseStackConfig } from "../../src/config/stack";
import { areTold, haveLimits, problemsOf, type Told } from "./told";
import { right } from "./wrongStacks";

const two = { "linux/amd64": "a.tar", "linux/arm64": "b.tar" };
const seed = { image: "team/app", tags: ["1.0"], archives: two };
const seeds = (...list: unknown[]) => ({ seeds: list });
const at = (key: string) => (value: unknown) => seeds({ ...seed, [key]: value });
const rollout = { namespace: "web", name: "app" };
const rolloutWith = (key: string) => (value: unknown) =>
  seeds({ ...seed, rollouts: [{ ...rollout, [key]: value }] });
const label = "lower-case letters, digits and dashes, at most 63";
const platforms =
  "a platform in Go's words, os/architecture[/variant]: linux/amd64, linux/arm64 or linux/arm/v7";
const once = "each tag of an image once";

describe("zot-fleet:seeds", () => {
  it("are restored and kept, and restart Deployments, where nothing else is said", () => {
    assert.deepEqual(
      parseStackConfig({ ...right, ...seeds({ ...seed, rollouts: [rollout] }) }).seeds,
      [
        {
          ...seed,
          onMoved: "restore",
          onRemove: "keep",
          rollouts: [{ ...rollout, kind: "Deployment" }],
        },
      ],
    );
  });

  haveLimits([
    [
      "compression",
      (compression) => ({ compression }),
      ["zstd", "gzip"],
      ["xz", 1],
      '"zstd" or "gzip"',
    ],
    [
      "seeds",
      (list) => ({ seeds: list }),
      [[]],
      [{}, "a", null],
      "a list of seeds, each an object with image, tags and archives or from",
    ],
    [
      "seeds[0].image",
      at("image"),
      ["a", "openclaw/openclaw", "a.b/c-d"],
      ["", "a:1", "/a", "a//b", "oci.test:5000/a"],
      "a repository without registry and tag, such as openclaw/openclaw: lower-case letters and digits, separated by one . or _ or by __ or -, in parts joined by /, at most 255 characters",
    ],
    ["seeds[0].tags", at("tags"), [["1"], ["1", "2"]], [[], "1"], "a list of tags, at least one"],
    [
      "seeds[0].tags[0]",
      (tag) => seeds({ ...seed, tags: [tag] }),
      ["1.0", "_"],
      ["", ".a", "a/b"],
      "a tag: at most 128 letters, digits, _ . or -, and not . or - first",
    ],
    [
      "seeds[0].archives",
      at("archives"),
      [two],
      [{}, "a.tar", [], undefined],
      "an object with a docker-archive for each platform, at least one; or from in its place",
    ],
    [
      'seeds[0].archives["linux/amd64"]',
      (path) => seeds({ ...seed, archives: { "linux/amd64": path } }),
      ["a.tar", "../b/~c.tar", "/srv/a b.tar", " a.tar"],
      ["", " ", "~/a.tar", "a\n.tar", "a\u007f", 1],
      "the path of a docker-archive, from the program's folder; ~ is not expanded",
    ],
    ["seeds[0].onMoved", at("onMoved"), ["restore", "tell"], ["", true], '"restore" or "tell"'],
    ["seeds[0].onRemove", at("onRemove"), ["keep", "delete"], ["", true], '"keep" or "delete"'],
    [
      "seeds[0].rollouts[0].kind",
      rolloutWith("kind"),
      ["Deployment", "StatefulSet", "DaemonSet"],
      ["Job", "deployment"],
      '"Deployment" or "StatefulSet" or "DaemonSet"',
    ],
    [
      "seeds[0].rollouts[0].namespace",
      rolloutWith("namespace"),
      ["a"],
      ["A", undefined],
      `a namespace: ${label}`,
    ],
    [
      "seeds[0].rollouts[0].name",
      rolloutWith("name"),
      ["a"],
      ["A", undefined],
      `the workload's name: ${label}`,
    ],
  ]);

  const source = { accra: { url: "https://oci.accra.test" } };
  areTold([
    [
      "a source without a name",
      seeds({ image: "a", tags: ["1"], from: 7 }),
      "seeds[0].from",
      "the number 7",
      "the name of a source, where there are no archives",
      "YAML reads a bare 1.10, 0123 or true as something else: put quotes around it",
    ],
    [
      "archives and a source",
      { ...seeds({ ...seed, from: "accra" }), sources: source },
      "seeds[0].from",
      '"accra"',
      "the name of a source, where there are no archives",
    ],
    ...(
      [
        ["linux/amd46", "linux/amd64"],
        ["linux/aarch64", "linux/arm64"],
        ["linux/arm64/v8", "linux/arm64"],
        ["solaris/sparc", undefined],
      ] as const
    ).map(([platform, near]): Told => [
      `the platform ${platform}`,
      seeds({ ...seed, archives: { [platform]: "a.tar" } }),
      `seeds[0].archives["${platform}"]`,
      `the key "${platform}"`,
      platforms,
      ...(near === undefined ? ([] as const) : ([`did you mean ${near}?`] as const)),
    ]),
    [
      "a tag that stands in two seeds",
      seeds(seed, { ...seed, tags: ["2", "1.0"] }),
      "seeds[1].tags[1]",
      "team/app:1.0, declared at zot-fleet:seeds[0].tags[0]",
      once,
    ],
    [
      "a tag that a platform takes",
      seeds({ ...seed, tags: ["x", "1.0-arm64"] }, seed),
      "seeds[1].tags[0]",
      "team/app:1.0-arm64, which linux/arm64 needs for itself, taken at zot-fleet:seeds[0].tags[1]",
      once,
    ],
    [
      "a platform's tag that another platform has",
      seeds(seed, { ...seed, tags: ["1.0-amd64"], archives: { "linux/amd64": "c.tar" } }),
      "seeds[0].tags[0]",
      "team/app:1.0-amd64, which linux/amd64 needs for itself, taken at zot-fleet:seeds[1].tags[0]",
      once,
    ],
    [
      "a tag that no platform can be added to",
      seeds({ ...seed, tags: ["x".repeat(123)] }),
      "seeds[0].tags[0]",
      `"${"x".repeat(80)}…", the tag of linux/amd64`,
      "a first tag that is short enough to carry the platform: at most 128 letters, digits, _ . or -, and not . or - first",
    ],
    [
      "an archive of two platforms, the third's its own",
      seeds({ ...seed, archives: { ...two, "linux/s390x": "a.tar" } }),
      'seeds[0].archives["linux/s390x"]',
      '"a.tar", the archive of linux/amd64 too',
      "an archive of its own for each platform",
    ],
  ]);

  const taken: [what: string, change: object][] = [
    ["the same tag of two images", seeds(seed, { ...seed, image: "team/web" })],
    [
      "a long tag of one platform",
      seeds({ ...seed, tags: ["x".repeat(128)], archives: { "linux/amd64": "a" } }),
    ],
    [
      "a platform's tag, of one platform",
      seeds({ ...seed, tags: ["1.0", "1.0-amd64"], archives: { "linux/amd64": "a" } }),
    ],
    ["an archive in two seeds", seeds(seed, { ...seed, tags: ["2"] })],
    [
      "a seed of a source",
      { ...seeds({ image: "a", tags: ["1"], from: "accra" }), sources: source },
    ],
  ];
  for (const [what, change] of taken)
    it(`take ${what}`, () => {
      assert.deepEqual(problemsOf(change), []);
    });

  it("clash with none that is wrong in itself, and keep their place beside it", () => {
    assert.deepEqual(seedClashes("none"), []);
    const taken = (tag: string, where: string, at = 3) => ({
      path: `zot-fleet:seeds[${at}].tags[0]`,
      found: `team/app:${tag}, ${where}`,
      allowed: once,
    });
    const first = "zot-fleet:seeds[1].tags[0]";
    assert.deepEqual(seedClashes([{ image: "A" }, seed, 7, seed]), [
      taken("1.0", `declared at ${first}`),
      taken("1.0-amd64", `which linux/amd64 needs for itself, taken at ${first} for linux/amd64`),
      taken("1.0-arm64", `which linux/arm64 needs for itself, taken at ${first} for linux/arm64`),
    ]);
    const one = { ...seed, archives: { "linux/amd64": "a.tar" } };
    assert.deepEqual(seedClashes([7, one, one, one]), [
      taken("1.0", `declared at ${first}`, 2),
      taken("1.0", `declared at ${first}`),
    ]);
  });

  it("have a tag for each of several platforms, and are of archives or of a source", () => {
    const { seeds: all } = parseStackConfig({
      ...right,
      seeds: [seed, { image: "a", tags: ["1"], from: "accra" }],
      sources: source,
    });
    assert.deepEqual(all.map(isOfArchives), [true, false]);
    assert.deepEqual(all.map(tagsOf), [["1.0", "1.0-amd64", "1.0-arm64"], ["1"]]);
  });
});
