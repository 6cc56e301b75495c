import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterStandIn } from "../support/standIn/cluster";

describe("the stand-in's pod that does not start", () => {
  let folder = "";
  let cluster: ClusterStandIn;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-crash-"));
    cluster = new ClusterStandIn(folder, { registry: "distribution" });
    await cluster.open();
  });
  afterEach(async () => {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is not waited for, and starts when something of it changes", async () => {
    const namespace = "zot";
    let tries = 0;
    // It would start at some time: a pod that is tried again without end ends this test, too.
    cluster.pod.start = ({ secret }) => {
      const starts = ++tries > 3 || secret["htpasswd"] === "right";
      return starts ? Promise.resolve() : Promise.reject(new Error("no such account"));
    };
    const secret = (htpasswd: string) => {
      const data = { htpasswd: Buffer.from(htpasswd).toString("base64") };
      const metadata = { name: "zot-secret", namespace };
      cluster.api.put({ apiVersion: "v1", kind: "Secret", metadata, data });
    };
    const reason = () => {
      const pod = cluster.api.get(`/api/v1/namespaces/${namespace}/pods/zot-0`);
      return JSON.stringify(pod?.["status"]);
    };
    cluster.namespace(namespace);
    secret("wrong");
    cluster.api.put({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "zot", namespace },
      spec: {
        template: {
          metadata: { annotations: {}, labels: {} },
          spec: { containers: [{ name: "zot", image: "zot:v2.1.18" }], volumes: [] },
        },
      },
    });
    await cluster.settled();
    assert.equal(tries, 1);
    assert.match(reason(), /CrashLoopBackOff/);
    secret("right");
    await cluster.settled();
    assert.equal(tries, 2);
    assert.match(reason(), /"ready":true/);
  });
});
