import assert from "node:assert/strict";
import { aliasProblems, registryHost } from "../../src/config/cluster";
import { parseStackConfig } from "../../src/config/stack";
import { areTold, haveLimits } from "./told";
import { right } from "./wrongStacks";

const cluster = (key: string) => (value: unknown) => ({
  cluster: { ...right.cluster, [key]: value },
});
const label63 = "a".repeat(63);
/** A DNS name of so many characters. */
const long = (length: number) => {
  const labels = Array.from({ length: Math.ceil(length / 64) }, () => label63).join(".");
  return `${labels.slice(0, length - 2)}ab`;
};
const uid = "0a1b2c3d-4e5f-6789-abcd-ef0123456789";

describe("zot-fleet:cluster", () => {
  haveLimits([
    [
      "cluster.name",
      cluster("name"),
      ["a", "0", "eu-1", label63],
      ["", "-a", "a-", "A", "a.b", "a b", `${label63}a`],
      "a DNS label: lower-case letters, digits and dashes, such as ottawa",
    ],
    [
      "cluster.context",
      cluster("context"),
      ["a", "admin@kind", "arn:aws:eks/x y"],
      ["", " ", " a", "a ", "a\tb", "a\u0000"],
      "the name of a kubeconfig context",
    ],
    [
      "cluster.domain",
      cluster("domain"),
      ["lan", "a.b.cc", "1.a1", "xn--a", `${label63}.cc`, long(249)],
      ["", "a.1", "10.0.0.1", ".cc", "cc.", "a b", "a.-b", "a_b.cc", `${label63}a.cc`, long(250)],
      "a DNS name in lower case, without a scheme, such as killinit.cc",
    ],
    [
      "cluster.rebind",
      cluster("rebind"),
      [uid],
      [
        "",
        uid.toUpperCase(),
        `${uid}0`,
        `0${uid}`,
        uid.slice(0, -1),
        uid.replaceAll("-", ""),
        uid.replace("-", "-0"),
      ],
      "the UID of a namespace kube-system, as the error names it",
    ],
    [
      "cluster.aliases",
      cluster("aliases"),
      [[], ["a.cc"], Array.from({ length: 15 }, (_, at) => `a${at}.cc`)],
      ["a.cc", ["a.cc", "b.cc", "a.cc"], Array.from({ length: 16 }, (_, at) => `a${at}.cc`)],
      "a list of host names, each once, at most 15",
    ],
    [
      "cluster.aliases[0]",
      (alias) => cluster("aliases")([alias]),
      ["oci.old.cc", "old", long(253)],
      ["", "https://a.cc", "a.cc/b", "A.cc", "10.0.0.1", long(254)],
      "a whole host name in lower case, without a scheme, such as oci.old.cc",
    ],
    [
      "cluster.gateways",
      cluster("gateways"),
      [
        [],
        ["a", "b"],
        ["n/a", "m/a", "a"],
        [
          { name: "a", section: "x" },
          { name: "a", section: "y" },
        ],
        [
          { name: "a", section: "x" },
          { name: "a", namespace: "n", section: "x" },
        ],
        [{ name: "a", section: "x" }, "b"],
      ],
      [
        "a",
        ["a", "b", "a"],
        ["n/a", { name: "a", namespace: "n" }],
        [{ name: "a", section: "x" }, "a"],
        ["a", { name: "a", section: "x" }],
        [
          { name: "a", section: "x" },
          { name: "a", section: "x" },
        ],
      ],
      "a list of Gateways, each once, or each time with another section",
    ],
    [
      "cluster.gateways[0]",
      (gateway) => cluster("gateways")([gateway]),
      ["private", "network/private"],
      [3, null, ["a"]],
      "the name of a Gateway, such as private, or network/private in another namespace, or an object with name, namespace and section",
    ],
    [
      "cluster.gateways[0]",
      (gateway) => cluster("gateways")([gateway]),
      [{ name: "a" }],
      ["", "A", "a/b/c", "/a", "a/", "a b", "n/a "],
      "the name of a Gateway, such as private, or network/private in another namespace, or an object with name, namespace and section",
    ],
  ]);

  areTold([
    [
      "an alias that is the registry's name",
      cluster("aliases")(["a.cc", "oci.killinit.cc"]),
      "cluster.aliases[1]",
      '"oci.killinit.cc", which the domain makes already',
      "another host name than oci.<domain>",
    ],
  ]);

  it("has no alias to tell of where it is wrong in itself, whatever else it says", () => {
    const aliases = ["oci.a.cc"];
    assert.deepEqual(aliasProblems({}), []);
    assert.deepEqual(aliasProblems({ cluster: { domain: "A", aliases } }), []);
    assert.equal(aliasProblems({ cluster: { domain: "a.cc", aliases, name: 3 } }).length, 1);
  });

  it("is routed to by three Gateways, and reached at oci. before its domain, where nothing is said", () => {
    const { gateways, aliases } = parseStackConfig(right).cluster;
    assert.deepEqual(gateways, [{ name: "ts" }, { name: "private" }, { name: "public" }]);
    assert.deepEqual(aliases, []);
    assert.equal(registryHost({ domain: "a.cc" }), "oci.a.cc");
  });
});
