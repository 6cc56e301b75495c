import assert from "node:assert/strict";
import { syncConfig, syncCredentials, type Upstream } from "../../src/zot/upstreams";

const docker: Upstream = {
  name: "docker.io",
  url: "https://registry-1.docker.io",
  username: "fleet",
  allow: ["library/*"],
};

describe("upstreams", () => {
  it("are asked on demand, for names under their own prefix alone", () => {
    assert.deepEqual(syncConfig([docker, { name: "quay.io", url: "https://quay.io" }]), {
      enable: true,
      credentialsFile: "/secret/sync-credentials.json",
      registries: [
        {
          urls: ["https://registry-1.docker.io"],
          onDemand: true,
          tlsVerify: true,
          preserveDigest: true,
          maxRetries: 3,
          retryDelay: "5s",
          content: [{ prefix: "library/*", destination: "/docker.io" }],
        },
        {
          urls: ["https://quay.io"],
          onDemand: true,
          tlsVerify: true,
          preserveDigest: true,
          maxRetries: 3,
          retryDelay: "5s",
          content: [{ prefix: "**", destination: "/quay.io" }],
        },
      ],
    });
  });

  it("have their passwords under the hosts of their URLs", () => {
    const upstreams = [docker, { name: "x.test", url: "http://x.test:5000", username: "u" }];
    assert.deepEqual(JSON.parse(syncCredentials(upstreams, { "docker.io": "p", "x.test": "q" })), {
      "registry-1.docker.io": { username: "fleet", password: "p" },
      "x.test:5000": { username: "u", password: "q" },
    });
  });

  for (const [what, upstream, passwords] of [
    ["a name without a password", docker, {}],
    ["a password without a name", { ...docker, username: undefined }, { "docker.io": "p" }],
  ] as const)
    it(`are asked as a stranger with ${what}`, () => {
      assert.equal(syncCredentials([upstream], passwords), "{}");
    });

  it("need no file where nobody signs in", () => {
    assert.ok(!("credentialsFile" in syncConfig([{ name: "quay.io", url: "https://quay.io" }])));
  });
});
