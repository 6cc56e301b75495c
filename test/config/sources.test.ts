import assert from "node:assert/strict";
import { ownHosts, placeProblems, sourceNamed, sourceProblems } from "../../src/config/sources";
import { parseStackConfig, secretKeys } from "../../src/config/stack";
import { areTold, haveLimits, problemsOf } from "./told";
import { right } from "./wrongStacks";

const url = "https://oci.accra.test";
const source = (change: object) => ({ sources: { accra: { url, ...change } } });
const at = (key: string) => (value: unknown) => source({ [key]: value });
const promoted = (change: object) => ({
  seeds: [{ image: "team/app", tags: ["1.4"], from: "accra", ...change }],
  ...source({}),
});
const ca = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----";

describe("zot-fleet:sources", () => {
  haveLimits([
    [
      "sources",
      (sources) => ({ sources }),
      [{}],
      [[], "accra", null],
      "an object with a registry for each name",
    ],
    [
      "sources.accra",
      (accra) => ({ sources: { accra } }),
      [{ url }],
      ["https://a.test"],
      "an object with url, prefix, username, signedBy, ca and connect",
    ],
    [
      "sources.accra.url",
      at("url"),
      ["http://10.0.0.7:5000"],
      ["a.test", "https://a.test/v2", undefined],
      "http(s)://host[:port]",
    ],
    [
      "sources.accra.prefix",
      at("prefix"),
      ["fleet", "teams/web"],
      ["", "/fleet", "Fleet"],
      "the first parts of repository names, such as teams/web, without a slash at its end",
    ],
    [
      "sources.accra.signedBy",
      at("signedBy"),
      ["ci.pub", "keys/ci~1.pub", ".keys/ci..pub"],
      [
        "",
        " ",
        "/ci.pub",
        "../ci.pub",
        "a/../ci.pub",
        "~/ci.pub",
        "a/~b",
        "a//b",
        "a\\b",
        "k8s:a",
        "a\n",
      ],
      "the path of a public key from the project's root, in it, such as keys/ci.pub",
    ],
    ["sources.accra.ca", at("ca"), [ca], ["ca.pem"], "certificates in PEM"],
    ["sources.accra.connect", at("connect"), ["10.0.0.8:443"], ["10.0.0.8", "a:b"], "host:port"],
  ]);

  for (const name of ["accra", "a", "0", "a-b-12"])
    it(`takes ${name} for a name`, () => {
      assert.deepEqual(problemsOf({ sources: { [name]: { url } } }), []);
    });
  for (const name of ["Accra", "-a", "a-", "a--b", "a_b", "a b", ""])
    it(`does not take "${name}" for a name`, () => {
      assert.deepEqual(
        problemsOf({ sources: { [name]: { url } } }).map((each) => each.allowed),
        ["a name in lower case, such as accra"],
      );
    });

  const hidden = "a secret value, which is not shown";
  const stay = "with from, tags that stay: of a version or a build";
  const ownUrl = "https://OCI.killinit.cc:443";
  areTold([
    [
      "a source that nobody names",
      promoted({ from: "lagos" }),
      "seeds[0].from",
      '"lagos", which is no source',
      "one of zot-fleet:sources: accra",
    ],
    [
      "a mistyped source",
      { ...promoted({ from: "acra" }), sources: { lisbon: { url }, accra: { url } } },
      "seeds[0].from",
      '"acra", which is no source',
      "one of zot-fleet:sources: lisbon and accra",
      "did you mean accra?",
    ],
    [
      "a source where there is none",
      { ...promoted({}), sources: {} },
      "seeds[0].from",
      '"accra", which is no source',
      "nothing: there are no zot-fleet:sources",
    ],
    [
      "its own registry, in another case and with the usual port",
      { sources: { accra: { url }, own: { url: ownUrl } } },
      "sources.own.url",
      `"${ownUrl}", which is the registry of this stack`,
      "another registry",
    ],
    [
      "a password in a source's url, which is not repeated",
      source({ url: "https://ana:hunter2@oci.accra.test" }),
      "sources.accra.url",
      '"https://…@oci.accra.test"',
      "http(s)://host[:port]",
    ],
    [
      "latest of a source, at the second seed",
      {
        ...promoted({}),
        seeds: [...right.seeds, { image: "a", tags: ["1", "latest"], from: "accra" }],
      },
      "seeds[1].tags[1]",
      '"latest", which names another image with each build',
      stay,
    ],
    [
      "a tag that may move",
      { ...promoted({ tags: ["1.4", "edge"] }), access: { moving: ["stable", "edge"] } },
      "seeds[0].tags[1]",
      '"edge", which zot-fleet:access.moving lets whoever may push move',
      stay,
    ],
    [
      "an account without a password, beside one that has one",
      {
        sources: { a: { url }, b: { url, username: "ana" }, c: { url, username: "bea" } },
        sourcePasswords: { b: "canary" },
      },
      "sources.c.username",
      '"bea", and no password for c',
      "a user name whose password stands in zot-fleet:sourcePasswords",
    ],
    [
      "a password where there is no account",
      { ...source({}), sourcePasswords: { accra: "canary" } },
      "sourcePasswords.accra",
      hidden,
      "nothing: no source has a username",
    ],
    [
      "an empty password",
      { ...source({ username: "ana" }), sourcePasswords: { accra: "" } },
      "sourcePasswords.accra",
      hidden,
      "a password",
    ],
    [
      "a password without a name",
      { ...source({ username: "ana" }), sourcePasswords: "canary" },
      "sourcePasswords",
      hidden,
      "an object with a password for each source's name",
    ],
  ]);

  it("lead elsewhere than to what the stack itself is reached by", () => {
    const cluster = { domain: "a.test", aliases: ["old.test"] };
    const cases: [raw: Record<string, unknown>, hosts: string[]][] = [
      [{}, []],
      [{ cluster }, ["oci.a.test", "old.test"]],
      [{ cluster: { domain: "a.test" } }, ["oci.a.test"]],
      [{ cluster: { domain: "a.test", aliases: 3 } }, ["oci.a.test"]],
      [{ cluster: 3, endpoint: { url: "http://B.test:80" } }, ["b.test"]],
      [{ endpoint: { url: "http://b.test:5000" } }, ["b.test:5000"]],
      [{ endpoint: { url: "b" } }, []],
      [{ endpoint: { via: "route" } }, []],
    ];
    for (const [raw, hosts] of cases) assert.deepEqual([...ownHosts(raw)], hosts);
  });

  it("are not judged where they, or what is beside them, are wrong in themselves", () => {
    const seeds = [{ from: "accra", tags: 3 }, { image: "a" }, 7];
    for (const raw of [
      {},
      { sources: 3, seeds },
      { ...source({}), seeds },
      { ...source({}), seeds: [{ from: "accra", tags: [1] }], access: 3 },
      { ...source({}), seeds: [{ from: "accra", tags: ["a"] }], access: { moving: 3 } },
      { ...source({}), seeds: { from: "lagos" } },
    ])
      assert.deepEqual(sourceProblems(raw), [], JSON.stringify(raw));
  });

  it("are judged without their passwords where those cannot be read", () => {
    assert.deepEqual(placeProblems(source({ username: "ana" })), []);
    assert.equal(sourceProblems(source({ username: "ana" })).length, 1);
    assert.ok(secretKeys.has("sourcePasswords"));
  });

  it("are read by their name, with what is said of each", () => {
    const full = {
      url,
      prefix: "fleet",
      ca,
      connect: "10.0.0.8:443",
      signedBy: "ci.pub",
      username: "ana",
    };
    const { sources } = parseStackConfig({
      ...right,
      sources: { accra: full, bare: { url } },
      sourcePasswords: { accra: "canary" },
    });
    assert.deepEqual(sourceNamed({ sources, sourcePasswords: { accra: "canary" } }, "accra"), {
      source: { name: "accra", address: { url, ca, connect: "10.0.0.8:443" }, prefix: "fleet" },
      credentials: { username: "ana", password: "canary" },
      signedBy: "ci.pub",
    });
    assert.ok(!("credentials" in (sourceNamed({ sources }, "accra") ?? {})));
    assert.deepEqual(sourceNamed({ sources, sourcePasswords: { bare: "canary" } }, "bare"), {
      source: { name: "bare", address: { url } },
    });
    for (const name of ["lagos", "toString"])
      assert.equal(sourceNamed({ sources }, name), undefined);
  });
});
