import assert from "node:assert/strict";
import { parseStackConfig } from "../../src/config/stack";
import {
  adoptionWarnings,
  nameWarnings,
  stackWarnings,
  storageWarnings,
  tokenWarnings,
} from "../../src/config/warnings";
import { refuseWeakPassword, weakPasswordWarnings } from "../../src/config/accounts";
import { right } from "./wrongStacks";

const warningsWith = (version: string) =>
  stackWarnings(parseStackConfig({ ...right, zot: { version } }));

describe("stackWarnings", () => {
  it("tells who can move latest with a Zot that lets them", () => {
    const [warning, ...others] = warningsWith("2.1.14");
    assert.match(
      warning ?? "",
      /^zot-fleet:zot\.version: Zot 2\.1\.14 does not know .* came with 2\.1\.15: whoever may push what is new.* set zot-fleet:zot\.version to 2\.1\.15 or newer\.$/,
    );
    assert.deepEqual(others, []);
  });

  it("is silent about one that does not", () => {
    assert.deepEqual(warningsWith("2.1.15"), []);
  });
});

describe("passwords over http", () => {
  const warned = (endpoint: string, upstream: string) =>
    stackWarnings(
      parseStackConfig({
        ...right,
        endpoint: { via: "address", url: endpoint },
        upstreams: [{ name: "registry.test", url: upstream, username: "robot" }],
        upstreamPasswords: { "registry.test": "password-canary" },
      }),
    );

  it("are told where they leave this machine", () => {
    assert.deepEqual(warned("http://10.0.0.5:5000", "http://registry.test"), [
      "zot-fleet:endpoint.url: every account's password goes there in plain text, for everybody on the way to read: write https://…",
      "zot-fleet:upstreams: the password for registry.test goes there in plain text, for everybody on the way to read: write https://…",
    ]);
    assert.deepEqual(warned("http://127.0.0.1:5000", "https://registry.test"), []);
  });

  it("are told of sources, too, and where there is no account there is no password", () => {
    const url = "http://oci.accra.test";
    const places = {
      sources: {
        accra: { url, username: "ana" },
        bare: { url },
        lagos: { url: "https://a.test", username: "ana" },
      },
      sourcePasswords: { accra: "password-canary", lagos: "password-canary" },
      upstreams: [{ name: "registry.test", url: "http://registry.test" }],
    };
    assert.deepEqual(stackWarnings(parseStackConfig({ ...right, ...places })), [
      "zot-fleet:sources.accra: the password for accra goes there in plain text, for everybody on the way to read: write https://…",
    ]);
  });
});

describe("adoptionWarnings", () => {
  const registry = (adopt: boolean) => parseStackConfig({ ...right, registry: { adopt } });

  it("tells what is still overridden where the release was taken over before", () => {
    const [warning = ""] = adoptionWarnings(registry(true), true);
    assert.match(warning, /^zot-fleet:registry\.adopt: .*Remove it/);
  });

  it("says nothing before that, and where nothing is taken over", () => {
    assert.deepEqual(adoptionWarnings(registry(true), false), []);
    assert.deepEqual(adoptionWarnings(registry(false), true), []);
  });
});

describe("nameWarnings", () => {
  const warned = (hosts: string[] | undefined, aliases: string[] = []) =>
    nameWarnings(
      parseStackConfig({ cluster: { ...right.cluster, domain: "new.cc", aliases } }),
      hosts,
    );

  it("names what a changed domain cuts, and the line that serves both", () => {
    assert.deepEqual(warned(["oci.old.cc", "oci.older.cc"], ["oci.older.cc"]), [
      "zot-fleet:cluster.domain: the registry becomes oci.new.cc, and oci.old.cc leads nowhere once this is deployed: nodes and clients that name it can neither pull nor push. To serve both for a time, set zot-fleet:cluster.aliases: [oci.older.cc, oci.old.cc]",
    ]);
  });

  it("is silent where nothing was deployed, nothing changes, both are served, or an alias goes later", () => {
    for (const [hosts, aliases] of [
      [undefined],
      [["oci.new.cc"]],
      [["oci.old.cc"], ["oci.old.cc"]],
      [["oci.new.cc", "oci.old.cc"]],
    ] as [string[] | undefined, string[]?][])
      assert.deepEqual(warned(hosts, aliases), []);
  });
});

describe("a short password", () => {
  const withPassword = (adminPassword?: string) =>
    parseStackConfig({ ...right, ...(adminPassword === undefined ? {} : { adminPassword }) });
  const short = withPassword("x");

  it("is refused in a new stack, and warned of in one that is there, without being shown", () => {
    assert.throws(
      () => {
        refuseWeakPassword(withPassword("hunter22"), false);
      },
      ({ message }: Error) =>
        message.includes("zot-fleet:adminPassword") &&
        message.includes("fewer than 12 characters") &&
        !message.includes("hunter22"),
    );
    refuseWeakPassword(short, true);
    assert.match(
      weakPasswordWarnings(short, true)[0] ?? "",
      /^zot-fleet:adminPassword: it has fewer/,
    );
    assert.deepEqual(weakPasswordWarnings(short, false), []);
  });

  it("is none of twelve characters, of a line whose password nobody knows, or of a generated one", () => {
    for (const fine of ["twelve chars", `admin:$2y$05$${"./aZ9".repeat(10)}abc`, undefined]) {
      refuseWeakPassword(withPassword(fine), false);
      assert.deepEqual(weakPasswordWarnings(withPassword(fine), true), []);
    }
  });
});

describe("tokenWarnings", () => {
  const of = (registry: object, before?: "chart" | "own") =>
    tokenWarnings(parseStackConfig({ ...right, registry }), before);

  it("tells of a token that nobody chose, until somebody does", () => {
    assert.match(
      of({}, "chart").join(),
      /^zot-fleet:registry\.serviceAccountToken: Zot's pod holds a token for the Kubernetes API/,
    );
    assert.deepEqual([of({}, "own"), of({})].flat(), []);
    for (const serviceAccountToken of [true, false])
      assert.deepEqual(of({ serviceAccountToken }, "chart"), []);
  });
});

describe("storageWarnings", () => {
  const shared = {
    storage: { s3: { bucket: "images", region: "eu-central-1" } },
    redis: { addresses: ["redis:6379"] },
  };
  const of = (registry: object, before?: "claim" | "bucket") =>
    storageWarnings(parseStackConfig({ ...right, registry }), before);

  it("tells that nothing copies images from one place to another", () => {
    assert.match(
      of(shared, "claim")[0] ?? "",
      /^zot-fleet:registry\.storage: .* lie on the claim.*what the bucket has: nothing/,
    );
    assert.match(
      of({}, "bucket")[0] ?? "",
      /^zot-fleet:registry\.storage: .* lie in the bucket.*what the claim has: nothing/,
    );
  });

  it("is silent about a new registry, and one that stays", () => {
    const silent = [of(shared), of({}), of(shared, "bucket"), of({}, "claim")];
    assert.deepEqual(silent.flat(), []);
  });
});
