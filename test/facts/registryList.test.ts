import assert from "node:assert/strict";
import {
  formatRegistryList,
  parseRegistryList,
  type RegistryList,
} from "../../src/facts/registryList";
import { sha256 } from "../../src/images/digest";

const [a, b, c] = ["a", "b", "c"].map((text) => sha256(text)) as [string, string, string];

const list: RegistryList = {
  version: 1,
  registry: "https://oci.ottawa.example",
  written: "2026-01-31T02:41:07Z",
  repositories: [
    {
      repository: "team/app",
      tags: [
        { tag: "constructor", digest: b },
        { tag: "1.4", digest: a },
        { tag: "__proto__", digest: b },
      ],
      referrers: [{ subject: a, digest: c, artifactType: 'application/"odd"' }],
    },
    { repository: "solo", tags: [{ tag: "1", digest: a }], referrers: [] },
  ],
};

describe("the list of a registry", () => {
  it("is written sorted, a line for each tag and referrer, and read as it was", () => {
    const text = formatRegistryList(list);
    const names = [...text.matchAll(/"(?:repository|tag)": "([^"]+)"/g)].map(([, name]) => name);
    assert.deepEqual(names, ["solo", "1", "team/app", "1.4", "__proto__", "constructor"]);
    assert.equal(text.split("\n").filter((line) => line.includes(a)).length, 3);
    const read = parseRegistryList(text, "list.json");
    assert.equal(formatRegistryList(read), text);
    assert.deepEqual(
      read.repositories.find(({ repository }) => repository === "team/app")?.referrers,
      list.repositories[0]?.referrers,
    );
  });

  const changed = (change: (list: RegistryList) => object) =>
    JSON.stringify(change(structuredClone(list)));
  const withTag = (tag: string, digest: string) =>
    changed((all) => ({
      ...all,
      repositories: [{ repository: "solo", tags: [{ tag, digest }], referrers: [] }],
    }));

  const wrong: [what: string, text: string, told: RegExp][] = [
    ["empty", "\n", /list\.json is empty\. Wanted is what `verify --write-list` writes/],
    ["cut", formatRegistryList(list).slice(0, 200), /list\.json is not JSON: /],
    ["foreign", '{"schemaVersion": 2, "manifests": []}', /list\.json is no list[^]*schemaVersion/],
    ["an array", "[]", /list\.json is no list of a registry/],
    [
      "of a later version",
      changed((all) => ({ ...all, version: 2 })),
      /knows version 1[^]*version/,
    ],
    ["without a repository", changed((all) => ({ ...all, repositories: [] })), /one repository at/],
    [
      "with another digest",
      withTag("1", "sha256:abc"),
      /wanted sha256: and 64[^]*tags\[0\]\.digest/,
    ],
    ["with another tag", withTag("a b", a), /wanted a tag: at most 128/],
    ["without its time", changed((all) => ({ ...all, written: "today" })), /wanted a time such as/],
    [
      "with a repository twice",
      changed((all) => ({ ...all, repositories: [...all.repositories, ...all.repositories] })),
      /team\/app stands twice[^]*repositories\[2\]/,
    ],
    [
      "with a tag twice",
      changed((all) => ({
        ...all,
        repositories: all.repositories.map((each) => ({
          ...each,
          tags: [...each.tags, ...each.tags],
        })),
      })),
      /constructor stands twice/,
    ],
  ];
  for (const [what, text, told] of wrong)
    it(`is refused where it is ${what}, with its path, what was found and what is allowed`, () => {
      assert.throws(() => parseRegistryList(text, "list.json"), told);
      assert.throws(() => parseRegistryList(text, "list.json"), /^Error: list\.json /);
    });
});
