import assert from "node:assert/strict";
import { upstreamsSchema } from "../../src/config/upstreams";
import { declare, stackOf, type Declared } from "../support/deployment";

const config = stackOf("ottawa");
const upstreams = upstreamsSchema.parse([{ name: "docker.io", username: "fleet" }]);

/** How Pulumi marks a secret (sdk/go/common/resource/sig.go). */
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

const withPassword = (password: string) =>
  declare({ ...config, upstreams, upstreamPasswords: { "docker.io": password } }, false);

const inputs = (resources: Declared[], name: string) =>
  resources.find((resource) => resource.name === name)?.inputs ?? {};

const releaseIn = (resources: Declared[]) =>
  JSON.stringify(resources.find(({ type }) => type.endsWith(":Release"))?.inputs);

const hashIn = (resources: Declared[]) =>
  /restarts-when-secret-changes":"([0-9a-f]{64})/.exec(releaseIn(resources))?.[1];

describe("the passwords of upstreams", () => {
  it("stand in the registry's Secret, and not in the chart's values", async () => {
    const { resources } = await withPassword("hunter2");
    const { value: data } = inputs(resources, "zot-secret")["data"] as {
      value: Record<string, string>;
    };
    const file = Buffer.from(data["sync-credentials.json"] ?? "", "base64").toString();
    assert.deepEqual(JSON.parse(file), {
      "registry-1.docker.io": { username: "fleet", password: "hunter2" },
    });
    assert.ok(data["htpasswd"]);
    const release = releaseIn(resources);
    assert.ok(!release.includes("hunter2"));
    assert.ok(release.includes("/secret/sync-credentials.json"));
    // The verification signs in with it, and keeps it as a secret.
    const { upstreams: signIn, ...rest } = inputs(resources, "registry");
    assert.equal((signIn as Record<string, unknown>)[signature], secretSignature);
    assert.ok(!JSON.stringify(rest).includes("hunter2"));
  });

  it("roll the pod when one changes", async () => {
    const before = hashIn((await withPassword("one")).resources);
    const after = hashIn((await withPassword("two")).resources);
    assert.ok(before !== undefined && after !== undefined);
    assert.notEqual(before, after);
  });
});
