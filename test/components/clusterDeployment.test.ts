import assert from "node:assert/strict";
import { declare, stackFiles, stackOf, type Declared } from "../support/deployment";

const stacks = [...stackFiles.keys()];

const ofType = (resources: Declared[], type: string) =>
  resources.filter((resource) => resource.type.endsWith(`:${type}`));

describe("a cluster's deployment", () => {
  for (const stack of stacks)
    for (const preview of [true, false])
      it(`${stack} renders as ${preview ? "a preview" : "an update"}`, async () => {
        const config = stackOf(stack);
        const { resources } = await declare(config, preview);
        assert.equal(ofType(resources, "Release").length, 1);
        assert.equal(ofType(resources, "Verification").length, 1);
        assert.equal(ofType(resources, "Seed").length, config.seeds.length);
        assert.equal(ofType(resources, "ClusterGuard").length, 2);
        assert.equal(
          ofType(resources, "HTTPRoute").length,
          config.cluster.gateways.length > 0 ? 1 : 0,
        );
        const secrets = ofType(resources, "Secret").map(({ name }) => name);
        assert.deepEqual(
          secrets.sort(),
          [
            ...config.pullSecrets.map(({ namespace }) => `pull-secrets-${namespace}`),
            "zot-secret",
            ...(config.monitoring?.serviceMonitor === true ? ["monitoring-credentials"] : []),
          ].sort(),
        );
      });

  it("names the provider by context and cluster, and nothing of the machine", async () => {
    const { resources } = await declare(stackOf("ottawa"), false);
    const [provider] = resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
    assert.deepEqual(provider?.inputs, {
      context: "ottawa",
      kubeconfig: "",
      clusterIdentifier: "ottawa",
      enableSecretMutable: "true",
      upsertExistingObjects: "true",
    });
  });

  it("puts no credential into the chart's values, and shows them plain but for the hash", async () => {
    const { resources } = await declare(stackOf("nairobi"), false);
    const [release] = ofType(resources, "Release");
    const text = JSON.stringify(release?.inputs);
    assert.ok(!/password-of|\$2b\$/.test(text), text);
    const values = release?.inputs["values"] as { podAnnotations: Record<string, string> };
    assert.match(Object.values(values.podAnnotations)[0] ?? "", /^[0-9a-f]{64}$/);
  });

  it("keeps what is known at preview out of secrets: only the hash is unknown", async () => {
    const { resources } = await declare(stackOf("ottawa"), true);
    const [release] = ofType(resources, "Release");
    const values = release?.inputs["values"] as Record<string, Record<string, unknown>>;
    assert.equal(values["image"]?.["tag"], "v2.1.18");
    const config = values["configFiles"]?.["config.json"];
    assert.ok(typeof config === "string" && config.includes('"puller-1"'));
  });

  it("declares a generation and the one before it", async () => {
    const { resources } = await declare(stackOf("nairobi"), false);
    const names = ofType(resources, "Account").map(({ name }) => name);
    assert.deepEqual(names.sort(), ["admin", "ci-3", "ci-4", "fleet", "puller-3", "puller-4"]);
  });

  it("hands out the newest puller", async () => {
    const { resources } = await declare(stackOf("nairobi"), false);
    const secret = resources.find(({ name }) => name === "pull-secrets-batch");
    // A secret input arrives wrapped, beside its signature.
    const { value: data } = secret?.inputs["data"] as { value: Record<string, string> };
    const text = Buffer.from(data[".dockerconfigjson"] ?? "", "base64").toString();
    const { auths } = JSON.parse(text) as { auths: Record<string, { auth: string }> };
    assert.deepEqual(Object.keys(auths), ["oci.nairobi.killinit.cc"]);
    const { auth = "" } = auths["oci.nairobi.killinit.cc"] ?? {};
    assert.equal(Buffer.from(auth, "base64").toString(), "puller-4:password-of-puller-4");
  });

  it("costs two resources for a namespace more", async () => {
    const config = stackOf("ottawa");
    const before = (await declare(config, true)).resources.length;
    const more = [...config.pullSecrets, { namespace: "more", create: true, attach: false }];
    assert.equal(
      (await declare({ ...config, pullSecrets: more }, true)).resources.length,
      before + 2,
    );
  });
});
