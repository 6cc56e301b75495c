import assert from "node:assert/strict";
import type { CheckContext, Finding } from "../../src/checks/check";
import { routesAccepted } from "../../src/checks/cluster/surroundings";
import type { KubernetesReader } from "../../src/cluster/kubernetes";
import type { Gateway } from "../../src/facts/gateway";
import { gathered, readerOf } from "../support/clusterFacts";

type Condition = Record<string, unknown>;

const condition = (type: string, status: string, message = "", more: Condition = {}) => ({
  type,
  status,
  message,
  observedGeneration: 3,
  ...more,
});
const yes = [condition("ResolvedRefs", "True"), condition("Accepted", "True")];
const no = [
  condition("ResolvedRefs", "True"),
  condition("Accepted", "False", "no listener takes it"),
];

interface Answer {
  ref: Record<string, unknown>;
  conditions?: Condition[];
  controller?: string;
}

/** A cluster with one route; what else it has, by kind and name. */
function clusterWith(answers: readonly Answer[], others: Record<string, object> = {}) {
  const parents = answers.map(({ ref, conditions = yes, controller = "a.example/gateways" }) => ({
    parentRef: { group: "gateway.networking.k8s.io", kind: "Gateway", ...ref },
    controllerName: controller,
    conditions,
  }));
  const route = { metadata: { generation: 3 }, status: { parents } };
  return readerOf({ "HTTPRoute zot": route, ...others });
}

const expected = (gateways: Gateway[]) => ({
  context: "ottawa",
  namespace: "zot",
  host: "oci.killinit.cc",
  pod: "zot-0",
  claim: "claim",
  route: { name: "zot", gateways },
  pullSecret: { name: "zot-pull-secret", username: "puller-1", namespaces: [] },
  workloads: [],
});

/** What the check says of each gateway; the doctor reads the same status, and says the same. */
async function judged(reader: KubernetesReader, ...gateways: Gateway[]) {
  const registry = expected(gateways);
  const findings = [await routesAccepted(registry, reader).run({} as CheckContext)].flat();
  const { route } = await gathered(reader, registry);
  assert.deepEqual(
    route?.parents.map(({ gateway, accepted, message }) => `${gateway} ${accepted} ${message}`),
    findings.map(({ subject = "", status, detail }: Finding) =>
      [subject, status === "passed", detail].join(" "),
    ),
  );
  return findings.map(({ status, detail }) => `${status}: ${detail}`);
}

describe("what a route's status says", () => {
  it("is read by listener, as the API allows for a parentRef that names none", async () => {
    const byListener = clusterWith([{ ref: { name: "public", sectionName: "https" } }]);
    assert.deepEqual(await judged(byListener, { name: "public" }), [
      "passed: accepted (listener https)",
    ]);
  });

  it("is a yes where one of several listeners accepts, and names the others", async () => {
    const mixed = clusterWith([
      { ref: { name: "public", sectionName: "http" }, conditions: no },
      { ref: { name: "public", sectionName: "https" } },
    ]);
    assert.deepEqual(await judged(mixed, { name: "public" }), [
      "passed: accepted (listener https); listener http: Accepted is False: no listener takes it",
    ]);
  });

  it("is a no where no listener accepts", async () => {
    const refused = clusterWith([
      { ref: { name: "public", sectionName: "http", port: 80 }, conditions: no },
      { ref: { name: "public", port: 443 }, conditions: no },
    ]);
    assert.deepEqual(await judged(refused, { name: "public" }), [
      "failed: listener http, port 80: Accepted is False: no listener takes it; port 443: Accepted is False: no listener takes it",
    ]);
  });

  it("is about the listener that is declared, whatever the others say", async () => {
    const one = clusterWith([
      { ref: { name: "public", sectionName: "http" } },
      { ref: { name: "public", sectionName: "https" }, conditions: no },
    ]);
    assert.deepEqual(
      await judged(
        one,
        { name: "public", section: "http" },
        { name: "public", section: "https" },
        { name: "public", section: "tls" },
      ),
      [
        "passed: accepted",
        "failed: Accepted is False: no listener takes it",
        "failed: no controller has answered for it",
      ],
    );
  });

  it("is about the Gateway as a whole where a controller says so, however its listeners look", async () => {
    const whole = clusterWith([
      { ref: { name: "public" }, conditions: no },
      { ref: { name: "public", sectionName: "https" } },
    ]);
    assert.deepEqual(await judged(whole, { name: "public" }), [
      "failed: Accepted is False: no listener takes it",
    ]);
  });

  it("is of the same namespace, group and kind; without a namespace it is the route's own", async () => {
    const elsewhere = clusterWith([
      { ref: { name: "ts", namespace: "zot" } },
      { ref: { name: "private", namespace: "network" } },
      { ref: { name: "public" } },
      { ref: { name: "mesh", group: "", kind: "Service" } },
    ]);
    assert.deepEqual(
      await judged(
        elsewhere,
        { name: "ts" },
        { name: "private" },
        { name: "private", namespace: "network" },
        { name: "public", namespace: "zot" },
        { name: "mesh" },
      ),
      [
        "passed: accepted",
        "failed: no controller has answered for it",
        "passed: accepted",
        "passed: accepted",
        "failed: no controller has answered for it",
      ],
    );
  });

  it("is no answer yet where it is about an older route, or does not say both", async () => {
    const early = clusterWith([
      {
        ref: { name: "old" },
        conditions: yes.map((each) => ({ ...each, observedGeneration: 2 })),
      },
      { ref: { name: "half" }, conditions: [condition("Accepted", "True")] },
      { ref: { name: "none" }, conditions: [] },
      { ref: { name: "plain" }, conditions: yes.map(({ type, status }) => ({ type, status })) },
      { ref: { name: "fallen" }, conditions: [...yes, condition("PartiallyInvalid", "True", "…")] },
    ]);
    assert.deepEqual(
      await judged(early, ...["old", "half", "none", "plain", "fallen"].map((name) => ({ name }))),
      [
        "failed: it has not looked at the route as it is now, but at generation 2 of 3",
        "failed: it does not say ResolvedRefs",
        "failed: it does not say Accepted, ResolvedRefs",
        "passed: accepted",
        "failed: PartiallyInvalid is True: …",
      ],
    );
  });

  it("is the word of the Gateway's own controller where another one left its word behind", async () => {
    const answers = [
      { ref: { name: "public" }, controller: "old.example/c", conditions: no },
      { ref: { name: "public", sectionName: "https" }, controller: "new.example/c" },
    ];
    const gateway = { spec: { gatewayClassName: "new" } };
    const ofClass = (controllerName: string) => ({
      "Gateway public": gateway,
      "GatewayClass new": { spec: { controllerName } },
    });
    const ask = (others?: Record<string, object>) =>
      judged(clusterWith(answers, others), { name: "public" });
    assert.deepEqual(await ask(ofClass("new.example/c")), ["passed: accepted (listener https)"]);
    assert.deepEqual(await ask(ofClass("old.example/c")), [
      "failed: Accepted is False: no listener takes it",
    ]);
    assert.deepEqual(await ask(), [
      "failed: its controllers disagree: old.example/c: Accepted is False: no listener takes it; new.example/c: accepted (listener https)",
    ]);
  });

  it("is missing with the route", async () => {
    const none: KubernetesReader = {
      read: () => Promise.resolve(undefined),
      list: () => Promise.resolve([]),
    };
    const [said] = await judged(none, { name: "public" });
    assert.equal(said, "failed: there is no HTTPRoute zot/zot");
  });
});
