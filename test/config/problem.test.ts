import assert from "node:assert/strict";
import { ConfigError } from "../../src/config/problem";
import { areTold, haveLimits, problemsOf } from "./told";
import { right } from "./wrongStacks";

const gateway = (change: object) => ({
  cluster: { ...right.cluster, gateways: [{ name: "ts", ...change }] },
});
const upstream = (change: object) => ({ upstreams: [{ name: "registry.test", ...change }] });
const upstreamKeys =
  "the keys name, url, username, allow, preserveDigest, retries, retryDelay, anonymous and retention";
const generations = "a whole number from 1 to 1000000";

describe("an object in the place of a shorter form", () => {
  areTold([
    [
      "an unknown key of a Gateway",
      gateway({ sektion: "https" }),
      "cluster.gateways[0].sektion",
      "an unknown key",
      "the keys name, namespace and section",
      "did you mean section?",
    ],
    [
      "an unknown key of an upstream",
      upstream({ retrys: 3 }),
      "upstreams[0].retrys",
      "an unknown key",
      upstreamKeys,
      "did you mean retries?",
    ],
    [
      "a key of an upstream that nobody knows",
      upstream({ quxfrobnicate: 3 }),
      "upstreams[0].quxfrobnicate",
      "an unknown key",
      upstreamKeys,
    ],
    [
      "a list for a Gateway's namespace",
      gateway({ namespace: ["a"] }),
      "cluster.gateways[0].namespace",
      "a list of 1",
      "a namespace: lower-case letters, digits and dashes, at most 63",
    ],
    [
      "an upstream without a name",
      { upstreams: ["ghcr.io", { url: "https://a.test" }] },
      "upstreams[1].name",
      "nothing",
      "a registry's name as it stands in front of its images, such as docker.io",
    ],
    [
      "a text for a number of an upstream",
      upstream({ retries: "3" }),
      "upstreams[0].retries",
      '"3"',
      "a whole number from 0 to 20",
    ],
    [
      "a number for a generation's list",
      { rotation: { current: 3, keep: 2 } },
      "rotation.keep",
      "the number 2",
      "a list of at most 10 whole numbers from 1 to 1000000",
    ],
    [
      "no form at all",
      { rotation: "3" },
      "rotation",
      '"3"',
      `${generations}, or an object with current and keep, a list of at most 10 such numbers`,
    ],
  ]);

  it("is told everything at once", () => {
    const change = {
      upstreams: [{ nmae: "a.test", retries: "3", url: 3 }],
      rotation: { curent: 1 },
    };
    assert.deepEqual(
      problemsOf(change).map(({ path, hint }) => [path, hint]),
      [
        ["zot-fleet:upstreams[0].name", undefined],
        [
          "zot-fleet:upstreams[0].url",
          "YAML reads a bare 1.10, 0123 or true as something else: put quotes around it",
        ],
        ["zot-fleet:upstreams[0].retries", undefined],
        ["zot-fleet:upstreams[0].nmae", "did you mean name?"],
        ["zot-fleet:rotation.current", undefined],
        ["zot-fleet:rotation.curent", "did you mean current?"],
      ],
    );
  });

  const label = "lower-case letters, digits and dashes, at most 63";
  haveLimits(
    (
      [
        ["name", "a Gateway's name"],
        ["namespace", "a namespace"],
        ["section", "a listener's name"],
      ] as const
    ).map(([key, what]) => [
      `cluster.gateways[0].${key}`,
      (value: unknown) => gateway({ [key]: value }),
      ["a", "a-0", "a".repeat(63)],
      ["", "A", "-a", "a-", "a/b", "a".repeat(64), 3],
      `${what}: ${label}`,
    ]),
  );
});

describe("an empty text", () => {
  areTold([
    [
      "an account at an upstream",
      { ...upstream({ username: "" }) },
      "upstreams[0].username",
      '""',
      "a text that is not empty",
    ],
    [
      "an account of a group",
      { access: { groups: { team: [""] } } },
      "access.groups.team[0]",
      '""',
      "a text that is not empty",
    ],
  ]);
});

describe("a key that is wrong", () => {
  const quotes = "YAML reads a bare 1.10, 0123 or true as something else: put quotes around it";
  const clusterKeys = "the keys name, context, domain, gateways, rebind and aliases";
  const top =
    "the keys cluster, adminPassword, zot, seeds, sources, sourcePasswords, compression, pullSecrets, access, upstreams, upstreamPasswords and 15 more";
  areTold([
    [
      "a key that has another name by now, before one that is near",
      { checks: { certificateDays: "14" } },
      "checks.certificateDays",
      "an unknown key",
      "the keys extraContent, certificateEndsWithin and clockSkew",
      "by now it is certificateEndsWithin, such as 30d",
    ],
    [
      "a key that belongs into an object, before one that is not near",
      { extraContent: true },
      "extraContent",
      "an unknown key",
      top,
      "it belongs at zot-fleet:checks.extraContent",
    ],
    [
      "a near key of one kind of target",
      { apiKeys: [{ name: "a", account: "ci", deliver: [{ to: "file", paht: "k", path: "k" }] }] },
      "apiKeys[0].deliver[0].paht",
      "an unknown key",
      "the keys to, path and type",
      "did you mean path?",
    ],
    ["a key of nobody's", { quxfrobnicate: 1 }, "quxfrobnicate", "an unknown key", top],
    [
      "a near key",
      { cluster: { ...right.cluster, alias: [] } },
      "cluster.alias",
      "an unknown key",
      clusterKeys,
      "did you mean aliases?",
    ],
    [
      "a number for a text",
      { cluster: { ...right.cluster, name: 12 } },
      "cluster.name",
      "the number 12",
      "a DNS label: lower-case letters, digits and dashes, such as ottawa",
      quotes,
    ],
    [
      "a list for a text, which no quotes help",
      { cluster: { ...right.cluster, name: [] } },
      "cluster.name",
      "an empty list",
      "a DNS label: lower-case letters, digits and dashes, such as ottawa",
    ],
    [
      "a choice that is near none",
      { zot: { logLevel: "everything" } },
      "zot.logLevel",
      '"everything"',
      '"debug" or "info" or "warn" or "error"',
    ],
    [
      "a choice that is near one",
      { zot: { logLevel: "wran" } },
      "zot.logLevel",
      '"wran"',
      '"debug" or "info" or "warn" or "error"',
      'did you mean "warn"?',
    ],
    [
      "a choice that is no text",
      { zot: { logLevel: 1 } },
      "zot.logLevel",
      "the number 1",
      '"debug" or "info" or "warn" or "error"',
    ],
  ]);

  it("is told beside the value behind it, in the order of the schema", () => {
    const sources = { Accra: { url: "oci.test", prefixx: "a" } };
    assert.deepEqual(problemsOf({ sources }), [
      {
        path: "zot-fleet:sources.Accra",
        found: 'the key "Accra"',
        allowed: "a name in lower case, such as accra",
      },
      {
        path: "zot-fleet:sources.Accra.url",
        found: '"oci.test"',
        allowed: "http(s)://host[:port]",
      },
      {
        path: "zot-fleet:sources.Accra.prefixx",
        found: "an unknown key",
        allowed: "the keys url, prefix, username, signedBy, ca and connect",
        hint: "did you mean prefix?",
      },
    ]);
  });
});

describe("the error of a stack file", () => {
  const problem = { path: "zot-fleet:a", found: "b", allowed: "c" };

  it("has each problem on lines of its own, and how many there are", () => {
    const one = new ConfigError([{ ...problem, hint: "d" }]);
    assert.equal(one.name, "ConfigError");
    assert.equal(
      one.message,
      "The stack file is wrong in one place.\n\n  zot-fleet:a\n    found:    b\n    allowed:  c\n    hint:     d",
    );
    assert.equal(
      new ConfigError([problem, { ...problem, path: "zot-fleet:e" }]).message,
      "The stack file is wrong in 2 places.\n\n  zot-fleet:a\n    found:    b\n    allowed:  c\n\n  zot-fleet:e\n    found:    b\n    allowed:  c",
    );
  });
});
