import assert from "node:assert/strict";
import { passwordProblems } from "../../src/config/upstreams";
import { parseStackConfig, secretKeys } from "../../src/config/stack";
import { areTold, haveLimits } from "./told";
import { right } from "./wrongStacks";

const upstream = (change: object) => ({ upstreams: [{ name: "registry.test", ...change }] });
const at = (key: string) => (value: unknown) => upstream({ [key]: value });
const object =
  "docker.io, ghcr.io, quay.io, or an object with name, url, username, allow, preserveDigest, retries, retryDelay, anonymous and retention";

describe("zot-fleet:upstreams", () => {
  it("know where the usual registries answer, and fill in what a careful operator would have chosen", () => {
    const usual = { preserveDigest: true, retries: 3, retryDelay: "5s" };
    const cases: [said: unknown, name: string, url: string][] = [
      ["docker.io", "docker.io", "https://registry-1.docker.io"],
      ["ghcr.io", "ghcr.io", "https://ghcr.io"],
      [{ name: "docker.io" }, "docker.io", "https://registry-1.docker.io"],
      [{ name: "registry.test" }, "registry.test", "https://registry.test"],
      [{ name: "quay.io", url: "http://10.0.0.7:5000" }, "quay.io", "http://10.0.0.7:5000"],
    ];
    for (const [said, name, url] of cases)
      assert.deepEqual(parseStackConfig({ ...right, upstreams: [said] }).upstreams, [
        { name, ...usual, url },
      ]);
  });

  haveLimits([
    [
      "upstreams",
      (upstreams) => ({ upstreams }),
      [[], ["docker.io", "quay.io", { name: "a.b" }]],
      [
        "docker.io",
        { name: "docker.io" },
        ["ghcr.io", "ghcr.io"],
        [{ name: "a.b" }, { name: "a.b" }],
      ],
      "a list of registries, each once",
    ],
    [
      "upstreams[0]",
      (each) => ({ upstreams: [each] }),
      ["docker.io", "ghcr.io", "quay.io"],
      ["gcr.io", 3, null],
      object,
    ],
    [
      "upstreams[0].name",
      (name) => ({ upstreams: [{ name }] }),
      ["registry.k8s.io", "a.b", "a1-b.c"],
      ["registry", "A.b", "a.b/c", "a..b", ".a.b", "a.b-", "https://a.b", "a.b:5000"],
      "a registry's name as it stands in front of its images, such as docker.io",
    ],
    [
      "upstreams[0].url",
      at("url"),
      ["https://a.test", "http://10.0.0.7:5000"],
      ["a.test", "ftp://a.test", "https://a.test/v2", "https://a:b@a.test", "xhttps://a.test"],
      "http(s)://host[:port]",
    ],
    [
      "upstreams[0].allow",
      at("allow"),
      [["library/*"]],
      [[], "library/*"],
      "a list of patterns of its repositories, at least one",
    ],
    [
      "upstreams[0].allow[0]",
      (pattern) => upstream({ allow: [pattern] }),
      ["library/*", "**"],
      ["library/", "Library/*"],
      "a pattern of repository names: * for a part between slashes, ** alone between slashes for any number of parts, such as team-a/**",
    ],
    [
      "upstreams[0].retries",
      at("retries"),
      [0, 20],
      [-1, 21, 1.5, "3"],
      "a whole number from 0 to 20",
    ],
    [
      "upstreams[0].retryDelay",
      at("retryDelay"),
      ["0s", "5s", "1m"],
      ["5", 5, "soon"],
      'a time such as "5s" or "1m"',
    ],
    ["upstreams[0].preserveDigest", at("preserveDigest"), [true, false], ["no"], "true or false"],
    ["upstreams[0].anonymous", at("anonymous"), [true, false], ["no"], "true or false"],
    [
      "upstreams[0].retention.pulledWithin",
      (pulledWithin) => upstream({ retention: { pulledWithin } }),
      ["1h", "90d"],
      ["59m", undefined],
      'an age of an hour or more, such as "30d" or "36h"',
    ],
  ]);

  areTold([
    [
      "an account without a password, beside one that has one",
      {
        upstreams: [
          "ghcr.io",
          { name: "a.test", username: "ana" },
          { name: "b.test", username: "bea" },
        ],
        upstreamPasswords: { "a.test": "canary" },
      },
      "upstreams[2].username",
      '"bea", and no password for b.test',
      "a user name whose password stands in zot-fleet:upstreamPasswords",
    ],
    [
      "a password for another upstream",
      {
        upstreams: ["ghcr.io", { name: "a.test", username: "ana" }],
        upstreamPasswords: { "a.test": "canary", "ghcr.io": "canary" },
      },
      'upstreamPasswords["ghcr.io"]',
      "a secret value, which is not shown",
      "a password for a.test",
    ],
    [
      "an empty password",
      { ...upstream({ username: "ana" }), upstreamPasswords: { "registry.test": "" } },
      'upstreamPasswords["registry.test"]',
      "a secret value, which is not shown",
      "a password",
    ],
    [
      "a password without a name",
      { ...upstream({ username: "ana" }), upstreamPasswords: "canary" },
      "upstreamPasswords",
      "a secret value, which is not shown",
      "an object with a password for each upstream's name",
    ],
  ]);

  it("have secret passwords", () => {
    assert.ok(secretKeys.has("upstreamPasswords"));
  });

  it("have no passwords to miss where they are wrong in themselves, or nobody's", () => {
    for (const raw of [{}, { upstreams: 3 }, { upstreams: ["docker.io"] }])
      assert.deepEqual(passwordProblems(raw), []);
  });
});
