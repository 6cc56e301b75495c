import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckContext, Outcome } from "../../src/checks/check";
import { routesAccepted } from "../../src/checks/cluster/surroundings";
import { kubernetesReader } from "../../src/cluster/kubernetes";
import { httpRoute } from "../../src/components/httpRoute";
import { needsCluster, removeNamespaces, type TestCluster } from "../support/clusterProject";
import { isSkipped } from "../support/skip";

const namespace = "zot-fleet-routes";
const gateways = [
  { name: "ts" },
  { name: "private", namespace: "gateways" },
  { name: "public", section: "https" },
];

describe("the acceptance of the route", function () {
  let cluster: TestCluster;

  before(async function () {
    cluster = await needsCluster(this);
    await removeNamespaces(cluster, namespace);
    await cluster.kubectl("create", "namespace", namespace);
    const route = httpRoute({
      name: "zot",
      namespace,
      host: "oci.routes.test",
      gateways,
      timeout: "2h",
      annotations: {},
    });
    const file = join(tmpdir(), `${namespace}.json`);
    writeFileSync(file, JSON.stringify(route));
    await cluster.kubectl("apply", "-f", file);
  });

  after(async function () {
    if (!isSkipped(this)) await removeNamespaces(cluster, namespace);
  });

  /** Says what the Gateways' controllers would: each accepted, refused, or not heard of. */
  async function answer(...accepted: (boolean | undefined)[]): Promise<Outcome[]> {
    const parents = gateways.flatMap(({ name, namespace: elsewhere, section }, index) => {
      const value = accepted[index];
      if (value === undefined) return [];
      const condition = (type: string) => ({
        type,
        status: value || type === "ResolvedRefs" ? "True" : "False",
        reason: value ? type : "NotAllowedByListeners",
        message: value ? "" : "no listener takes it",
        lastTransitionTime: new Date().toISOString(),
      });
      const parentRef = {
        name,
        ...(elsewhere === undefined ? {} : { namespace: elsewhere }),
        ...(section === undefined ? {} : { sectionName: section }),
      };
      return [
        {
          controllerName: "test.example/controller",
          parentRef,
          conditions: ["Accepted", "ResolvedRefs"].map(condition),
        },
      ];
    });
    return say(parents);
  }

  /** What the check finds after a controller has written this status. */
  async function say(parents: object[]): Promise<Outcome[]> {
    const patch = JSON.stringify({ status: { parents } });
    await cluster.kubectl(
      "-n",
      namespace,
      "patch",
      "httproute",
      "zot",
      "--subresource=status",
      "--type=merge",
      "-p",
      patch,
    );
    const pullSecret = { name: "", username: "", namespaces: [] };
    const expected = {
      context: cluster.context,
      namespace,
      host: "",
      pod: "",
      claim: "",
      pullSecret,
      workloads: [],
      route: { name: "zot", gateways },
    };
    const check = routesAccepted(expected, await kubernetesReader(cluster.context));
    const outcomes = await check.run({} as CheckContext);
    return Array.isArray(outcomes) ? outcomes : [outcomes];
  }

  const statuses = (outcomes: Outcome[]) => outcomes.map(({ status }) => status);

  it("passes where a controller tells it by listener, and one of them accepts, for the route as it is now", async () => {
    const path = "jsonpath={.metadata.generation}";
    const now = await cluster.kubectl("-n", namespace, "get", "httproute", "zot", "-o", path);
    const entry = (ref: object, status: string, observedGeneration: number) => ({
      controllerName: "test.example/controller",
      parentRef: { group: "gateway.networking.k8s.io", kind: "Gateway", ...ref },
      conditions: ["Accepted", "ResolvedRefs"].map((type) => ({
        ...{ type, reason: type, message: "", observedGeneration },
        status: type === "Accepted" ? status : "True",
        lastTransitionTime: new Date().toISOString(),
      })),
    });
    const generation = Number(now);
    const outcomes = await say([
      entry({ name: "ts", namespace, sectionName: "http", port: 80 }, "False", generation),
      entry({ name: "ts", namespace, sectionName: "https" }, "True", generation),
      entry({ name: "private", namespace: "gateways" }, "True", generation - 1),
      entry({ name: "public", namespace, sectionName: "https" }, "True", generation),
    ]);
    assert.deepEqual(statuses(outcomes), ["passed", "failed", "passed"]);
    assert.match(outcomes[0]?.detail ?? "", /^accepted \(listener https\); listener http, port 80/);
    assert.match(outcomes[1]?.detail ?? "", /generation 0 of 1/);
  });

  it("passes where every gateway accepts it", async () => {
    assert.deepEqual(statuses(await answer(true, true, true)), ["passed", "passed", "passed"]);
  });

  it("fails at the gateway that refuses, with its words", async () => {
    const outcomes = await answer(true, false, true);
    assert.deepEqual(statuses(outcomes), ["passed", "failed", "passed"]);
    assert.match(outcomes[1]?.detail ?? "", /Accepted is False: no listener takes it/);
  });

  it("fails where one of three has not answered", async () => {
    const outcomes = await answer(true, true, undefined);
    assert.deepEqual(statuses(outcomes), ["passed", "passed", "failed"]);
    assert.equal(outcomes[2]?.subject, "public, listener https");
  });
});
