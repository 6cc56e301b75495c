import assert from "node:assert/strict";
import { deployedBefore } from "../../src/components/previousDeployment";
import { upstreamsSchema } from "../../src/config/upstreams";
import { declare, revealed, stackOf, type Declared } from "../support/deployment";

const ottawa = stackOf("ottawa");
const renamed = {
  ...ottawa,
  cluster: { ...ottawa.cluster, domain: "new.cc", aliases: ["oci.killinit.cc"] },
};

const one = (resources: Declared[], type: string, name?: string) => {
  const found = resources.find(
    (each) => each.type.endsWith(`:${type}`) && (name === undefined || each.name === name),
  );
  return revealed(found?.inputs);
};

/** What of a deployment holds host names. */
async function hostsOf(config: typeof ottawa) {
  const { resources } = await declare(config, false);
  const route = one(resources, "HTTPRoute") as { spec: { hostnames: string[] } };
  const secret = one(resources, "Secret", "pull-secrets-openclaw") as {
    data: Record<string, string>;
  };
  const text = Buffer.from(secret.data[".dockerconfigjson"] ?? "", "base64").toString();
  const { auths } = JSON.parse(text) as { auths: Record<string, { auth: string }> };
  const { cluster } = one(resources, "Verification") as {
    cluster: { host: string; aliases?: string[] };
  };
  return { route: route.spec.hostnames, auths, cluster };
}

describe("a registry's other names", () => {
  it("stand in the route, in pull secrets with the same account, and in what is verified", async () => {
    const { route, auths, cluster } = await hostsOf(renamed);
    const both = ["oci.new.cc", "oci.killinit.cc"];
    assert.deepEqual(route, both);
    assert.deepEqual(Object.keys(auths), both);
    assert.deepEqual(auths["oci.new.cc"], auths["oci.killinit.cc"]);
    assert.deepEqual([cluster.host, cluster.aliases], ["oci.new.cc", ["oci.killinit.cc"]]);
  });

  it("leave nothing behind in a stack that has none", async () => {
    const { route, auths, cluster } = await hostsOf(ottawa);
    assert.deepEqual(route, ["oci.killinit.cc"]);
    assert.deepEqual(Object.keys(auths), ["oci.killinit.cc"]);
    assert.ok(!("aliases" in cluster));
  });

  it("are read again from the state, and whose service account the pod has", () => {
    const verification = (cluster: object) =>
      [
        "urn::registry",
        { type: "pulumi-nodejs:dynamic/zot-fleet:Verification", outputs: { cluster } },
      ] as const;
    const registry = "urn:pulumi:s::p::zot-fleet:index:ZotRegistry$kubernetes";
    const release = [`${registry}:helm.sh/v3:Release::zot`, {}] as const;
    const account = [`${registry}:core/v1:ServiceAccount::zot-service-account`, {}] as const;
    const other = ["urn:pulumi:s::p::kubernetes:core/v1:ServiceAccount::builds", {}] as const;
    const { hosts } = deployedBefore([verification({ host: "a", aliases: ["b"] })]);
    assert.deepEqual(hosts, ["a", "b"]);
    assert.deepEqual(deployedBefore([verification({ host: "a" })]).hosts, ["a"]);
    assert.equal(deployedBefore([release, other]).serviceAccount, "chart");
    assert.equal(deployedBefore([release, account]).serviceAccount, "own");
    assert.equal(deployedBefore([]).serviceAccount, undefined);
  });
});

describe("what limits the registry's pod", () => {
  const declared = async (
    registry: Partial<typeof ottawa.registry>,
    serviceAccount?: "chart" | "own",
    more: Partial<typeof ottawa> = {},
  ) => {
    const config = { ...ottawa, ...more, registry: { ...ottawa.registry, ...registry } };
    const previous = {
      existing: true,
      ...(serviceAccount === undefined ? {} : { serviceAccount }),
    };
    const { resources } = await declare(config, true, { previous });
    const release = one(resources, "Release") as { values: { serviceAccount?: object } };
    const account = one(resources, "ServiceAccount") as
      { automountServiceAccountToken: boolean } | undefined;
    const policy = one(resources, "NetworkPolicy") as { spec: object } | undefined;
    return {
      values: release.values.serviceAccount,
      token: account?.automountServiceAccountToken,
      policy: policy?.spec,
    };
  };

  it("is a service account without a token in a new registry, and as it was in one that is there", async () => {
    const own = { create: false, name: "zot" };
    const none = { values: undefined, token: undefined, policy: undefined };
    assert.deepEqual(await declared({}), { values: own, token: false, policy: undefined });
    assert.deepEqual(await declared({}, "chart"), none);
    assert.deepEqual(await declared({ serviceAccountToken: true }), none);
    const taken = await declared({ serviceAccountToken: false }, "chart");
    assert.deepEqual([taken.values, taken.token], [own, false]);
    // Helm would not take one back that is ours.
    const given = await declared({ serviceAccountToken: true }, "own");
    assert.deepEqual([given.values, given.token], [own, true]);
  });

  it("is a NetworkPolicy where one is asked for: who reaches it, and nothing outwards that is not declared", async () => {
    const { policy } = await declared({ networkPolicy: { from: ["gateways", "10.0.0.0/16"] } });
    assert.deepEqual(policy, {
      podSelector: {
        matchLabels: { "app.kubernetes.io/name": "zot", "app.kubernetes.io/instance": "zot" },
      },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          ports: [{ protocol: "TCP", port: 5000 }],
          from: [
            { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "gateways" } } },
            { ipBlock: { cidr: "10.0.0.0/16" } },
          ],
        },
      ],
      egress: [],
    });
    const closed = await declared({ networkPolicy: { from: [] } });
    assert.deepEqual((closed.policy as { ingress: unknown }).ingress, []);
  });

  it("lets the registry ask its upstreams by their ports, and DNS for their names", async () => {
    const mirror = { name: "mirror.test", url: "http://mirror.test:5001" };
    const upstreams = upstreamsSchema.parse(["docker.io", mirror]);
    const { policy } = await declared({ networkPolicy: {} }, undefined, { upstreams });
    const { ingress, egress } = policy as { ingress: unknown; egress: unknown };
    assert.deepEqual(ingress, [{ ports: [{ protocol: "TCP", port: 5000 }] }]);
    const tcp = [53, 443, 5001].map((port) => ({ protocol: "TCP", port }));
    assert.deepEqual(egress, [{ ports: [{ protocol: "UDP", port: 53 }, ...tcp] }]);
  });
});
