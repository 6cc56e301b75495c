import assert from "node:assert/strict";
import { askForStack, type Given, type Person } from "../../../src/cli/init/questions";
import { stackFileText } from "../../../src/cli/init/stackFile";
import { readClusterOffer, type ClusterOffer } from "../../../src/facts/clusterOffer";
import { KubernetesError, type ObjectName } from "../../../src/cluster/kubernetes";
import { readYaml } from "../../support/yaml";

const listener = (name: string, protocol: string, more: object = {}) => ({
  name,
  protocol,
  allowedRoutes: { namespaces: { from: "All" } },
  ...more,
});

const from = (from: string) => ({ allowedRoutes: { namespaces: { from } } });
const selected = (matchLabels: Record<string, string>) => ({
  allowedRoutes: { namespaces: { from: "Selector", selector: { matchLabels } } },
});

const gateway = (namespace: string, name: string, ...listeners: object[]) => ({
  metadata: { namespace, name },
  spec: { listeners },
});

const usual: Record<string, object[]> = {
  Gateway: [
    gateway("infra", "private", listener("https", "HTTPS", { hostname: "*.killinit.cc" })),
    gateway("infra", "public", listener("http", "HTTP"), listener("tls", "HTTPS")),
    gateway("zot", "own", listener("https", "HTTPS", { allowedRoutes: undefined })),
    gateway("infra", "closed", listener("https", "HTTPS", { allowedRoutes: undefined })),
    gateway("infra", "other", listener("https", "HTTPS", { hostname: "*.example.cc" })),
    gateway("infra", "raw", listener("tcp", "TCP")),
    gateway("infra", "plain", listener("http", "HTTP")),
    gateway("infra", "dotted.name", listener("https", "HTTPS")),
    gateway("infra", "team", listener("https", "HTTPS", selected({ team: "web" }))),
    gateway("infra", "nobody", listener("https", "HTTPS", from("None"))),
    gateway(
      "infra",
      "grpc",
      listener("https", "HTTPS", { allowedRoutes: { kinds: [{ kind: "GRPCRoute" }] } }),
    ),
  ],
  StorageClass: [
    { metadata: { name: "slow" } },
    {
      metadata: {
        name: "fast",
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
    },
  ],
  Namespace: [{ metadata: { name: "openclaw" } }],
};

function readerOf(objects: Record<string, object[] | KubernetesError>) {
  return {
    list: <T>({ kind }: Omit<ObjectName, "name">) => {
      const found = objects[kind] ?? [];
      return found instanceof KubernetesError
        ? Promise.reject(found)
        : Promise.resolve(found as T[]);
    },
  };
}

const around = (objects: Record<string, object[] | KubernetesError> = usual) => ({
  contexts: () => Promise.resolve(["ottawa", "lisbon"]),
  offer: (_context: string, route: { host: string; namespace: string }): Promise<ClusterOffer> =>
    readClusterOffer(readerOf(objects), route),
  nameProblem: (name: string) => (name === "taken" ? "it is there already" : undefined),
});

/** Answers one after the other; what is said comes to `said`. */
function personOf(...answers: string[]): Person & { said: string[]; asked: string[] } {
  const said: string[] = [];
  const asked: string[] = [];
  return {
    said,
    asked,
    ask: (question) => {
      asked.push(question);
      const answer = answers.shift();
      return answer === undefined ? Promise.reject(new Error(question)) : Promise.resolve(answer);
    },
    say: (line) => {
      said.push(line);
    },
  };
}

/** Nobody is asked. */
const nobody = (said: string[] = []): Person => ({ say: (line) => said.push(line) });

const given = (more: Partial<Given> = {}): Given => ({
  name: "ottawa",
  domain: "killinit.cc",
  namespace: "zot",
  ...more,
});

const configOf = (text: string) => (readYaml(text) as { config: Record<string, unknown> }).config;

describe("init", () => {
  it("takes, where nobody is asked, every Gateway that fits and the default storage class", async () => {
    const stack = await askForStack(given(), around(), nobody());
    assert.deepEqual(configOf(stackFileText(stack)), {
      "zot-fleet:cluster": {
        name: "ottawa",
        context: "ottawa",
        domain: "killinit.cc",
        // Of one that speaks http as well, only what is encrypted.
        gateways: ["infra/private", { name: "public", namespace: "infra", section: "tls" }, "own"],
      },
    });
  });

  it("writes what differs from the defaults, and a file that the program takes", async () => {
    const asked = given({
      context: "lisbon",
      gateway: ["none"],
      storageClass: "slow",
      pullSecret: ["openclaw", "batch"],
      namespace: "registry",
    });
    const text = stackFileText(await askForStack(asked, around(), nobody()));
    assert.match(text, /^# yaml-language-server: \$schema=schema\.json\n/);
    assert.deepEqual(configOf(text), {
      "zot-fleet:cluster": {
        name: "ottawa",
        context: "lisbon",
        domain: "killinit.cc",
        gateways: [],
      },
      "zot-fleet:registry": { namespace: "registry", storage: { class: "slow" } },
      "zot-fleet:pullSecrets": [{ namespace: "openclaw" }, { namespace: "batch" }],
    });
  });

  for (const [what, wrong, words] of [
    ["a name that is none", { name: "Ottawa" }, /"Ottawa" is not a DNS label/],
    ["a stack that is there", { name: "taken" }, /it is there already/],
    [
      "an unknown context",
      { context: "lima" },
      /no context in the kubeconfig "lima": there are ottawa, lisbon/,
    ],
    ["no context by the cluster's name", { name: "lima" }, /give --context/],
    ["a domain that is none", { domain: "https://x.cc" }, /"https:\/\/x\.cc" is not a DNS name/],
    [
      "an unknown Gateway",
      { gateway: ["infra/x"] },
      /no Gateway "infra\/x": there are infra\/private/,
    ],
    [
      "a Gateway that takes no route from there",
      { gateway: ["infra/closed"] },
      /infra\/closed would not serve it: .*takes no route from the namespace zot .*from: Same/,
    ],
    ["a Gateway for other names", { gateway: ["infra/other"] }, /it serves \*\.example\.cc/],
    ["a Gateway for namespaces with a label", { gateway: ["infra/team"] }, /from: Selector/],
    ["a Gateway for no namespace", { gateway: ["infra/nobody"] }, /from: None/],
    ["a Gateway for other kinds of routes", { gateway: ["infra/grpc"] }, /no HTTPRoute/],
    [
      "a Gateway that a stack file cannot name",
      { gateway: ["infra/dotted.name"] },
      /is not a list of Gateways|is not the name of a Gateway/,
    ],
    ["a namespace of its own that is none", { namespace: "A" }, /"A" is not a namespace/],
    ["a pull secret beside the registry", { pullSecret: ["zot"] }, /zot is the registry's own/],
    ["a Gateway that is no web server", { gateway: ["infra/raw"] }, /it speaks TCP/],
    ["an unknown storage class", { storageClass: "x" }, /no storage class .*: there are .*slow/],
    ["a namespace that is none", { pullSecret: ["A"] }, /"A" is not a namespace/],
  ] as [string, Partial<Given>, RegExp][])
    it(`refuses ${what}, by what there is`, async () => {
      await assert.rejects(askForStack(given(wrong), around(), nobody()), words);
    });

  it("wants a domain", async () => {
    const asked = { name: "ottawa", namespace: "zot" };
    await assert.rejects(askForStack(asked, around(), nobody()), /give --domain/);
  });

  it("asks for what was not said, and again after a wrong answer", async () => {
    const person = personOf(
      ...[
        "taken",
        "ottawa",
        "lima",
        "",
        "killinit.cc",
        "infra/closed",
        "infra/private",
        "",
        "new new",
      ],
    );
    const stack = await askForStack({ namespace: "zot" }, around(), person);
    assert.deepEqual(stack, {
      name: "ottawa",
      context: "ottawa",
      domain: "killinit.cc",
      gateways: ["infra/private"],
      namespace: "zot",
      pullSecrets: ["new"],
    });
    assert.match(person.said.join("\n"), /it is there already\n.*lima/s);
    assert.match(person.said.join("\n"), /infra\/public: http \(HTTP\); tls \(HTTPS\)/);
    assert.match(person.said.at(-1) ?? "", /no namespace new yet: the deployment makes it/);
    assert.match(person.asked.at(-2) ?? "", /\(.*slow.*\) \[fast, the cluster's default\]/);
  });

  it("takes a Gateway without TLS where it is named, and by itself never", async () => {
    const asked = given({ gateway: ["infra/plain"] });
    assert.deepEqual((await askForStack(asked, around(), nobody())).gateways, ["infra/plain"]);
  });

  it("goes on where nothing may be listed, and takes what is said", async () => {
    const no = new KubernetesError("Gateway objects in the cluster cannot be read: 403", 403);
    const offer = around({ Gateway: no, StorageClass: no, Namespace: no });
    const asked = given({ gateway: ["infra/private"], storageClass: "fast" });
    const said: string[] = [];
    const stack = await askForStack(asked, offer, nobody(said));
    assert.match(said.join("\n"), /^Gateways cannot be listed: .*403\nStorage classes cannot be/);
    assert.deepEqual(stack.gateways, ["infra/private"]);
    assert.equal(stack.storageClass, "fast");
  });

  it("wants a word where there is no Gateway that fits, or none can be seen", async () => {
    const no = new KubernetesError("Gateway objects in the cluster cannot be read: 403", 403);
    const none = new KubernetesError("Gateway objects in the cluster cannot be read: 404", 404);
    for (const Gateway of [[], no, none]) {
      const offer = around({ ...usual, Gateway });
      await assert.rejects(askForStack(given(), offer, nobody()), /give --gateway/);
      const { gateways } = await askForStack(given({ gateway: ["none"] }), offer, nobody());
      assert.deepEqual(gateways, []);
    }
  });

  it("takes none, in words, for what may be none", async () => {
    const person = personOf("none", "", "none");
    const { gateways, pullSecrets } = await askForStack(
      given({ context: "ottawa" }),
      around(),
      person,
    );
    assert.deepEqual([gateways, pullSecrets], [[], []]);
  });

  it("looks at the labels of a namespace, and at those that a new one will have", async () => {
    const only = (label: string, value: string) =>
      gateway("infra", "only", listener("https", "HTTPS", selected({ [label]: value })));
    const there = { metadata: { name: "zot", labels: { team: "web" } } };
    for (const [Gateway, Namespace] of [
      [only("team", "web"), [there]],
      [only("kubernetes.io/metadata.name", "zot"), []],
    ] as [object, object[]][]) {
      const offer = around({ ...usual, Gateway: [Gateway], Namespace });
      const { gateways } = await askForStack(given(), offer, nobody());
      assert.deepEqual(gateways, ["infra/only"]);
    }
  });

  it("writes a storage class that was named, also where it is a default one", async () => {
    const { storageClass } = await askForStack(given({ storageClass: "fast" }), around(), nobody());
    assert.equal(storageClass, "fast");
  });

  it("asks for a storage class where the cluster has no default one", async () => {
    const offer = around({ ...usual, StorageClass: [{ metadata: { name: "slow" } }] });
    await assert.rejects(askForStack(given(), offer, nobody()), /give --storage-class.*\(slow\)/s);
  });
});
