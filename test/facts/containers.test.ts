import assert from "node:assert/strict";
import type { V1Node, V1Pod } from "@kubernetes/client-node";
import { containersOf } from "../../src/facts/containers";
import { seenIn } from "../../src/doctor/render";
import { healthy, host, withCluster } from "../doctor/snapshots";

const nodes = [
  {
    metadata: { name: "node-1" },
    status: { nodeInfo: { operatingSystem: "linux", architecture: "amd64" } },
  },
] as unknown as V1Node[];

const [app, model] = [`${host}/team/app:v1`, `${host}/team/model:v7`];

/** A pod whose container mounts an image, with the container's state. */
const mounting = (state: object): V1Pod =>
  ({
    metadata: { namespace: "team", name: "web-1" },
    spec: {
      nodeName: "node-1",
      containers: [{ name: "app", image: app }],
      volumes: [{ name: "model", image: { reference: model } }],
    },
    status: { phase: "Pending", containerStatuses: [{ name: "app", imageID: "", state }] },
  }) as unknown as V1Pod;

describe("the containers of pods", () => {
  it("blame a pull that fails on the image volume that the kubelet names, not on the container that waits for it", () => {
    const message = `rpc error: code = NotFound desc = failed to pull and unpack image "${model}": failed to resolve reference "${model}": ${model}: not found`;
    const found = containersOf([mounting({ waiting: { reason: "ErrImagePull", message } })], nodes);
    assert.deepEqual(
      found.map(({ container, image, waiting }) => [container, image, waiting]),
      [
        ["app", app, undefined],
        ["volume model", model, "ErrImagePull"],
      ],
    );
    assert.equal(found[1]?.message, message);
  });

  it("never call what is in an image volume current", () => {
    const containers = containersOf([mounting({ running: {} })], nodes);
    assert.equal(containers[1]?.running, undefined);
    const seen = seenIn(withCluster({ containers })).join("\n");
    assert.match(seen, /1 of them image volumes: unknown what they hold/);
    assert.doesNotMatch(seenIn(healthy).join("\n"), /unknown/);
  });

  it("tell of one that ended as of one that waits", () => {
    // What a kubelet says of a program for another architecture, between its tries.
    const ended = { terminated: { exitCode: 1, reason: "Error" } };
    assert.equal(containersOf([mounting(ended)], nodes)[0]?.waiting, "Error");
    const done = { terminated: { exitCode: 0, reason: "Completed" } };
    assert.equal(containersOf([mounting(done)], nodes)[0]?.waiting, undefined);
  });

  it("name what makes a pod again", () => {
    const owned = (kind: string, name: string, labels = {}) =>
      containersOf(
        [
          {
            metadata: {
              namespace: "team",
              name: "web-1",
              labels,
              ownerReferences: [{ kind, name, controller: true }],
            },
            spec: { containers: [{ name: "app", image: app }] },
          } as unknown as V1Pod,
        ],
        nodes,
      )[0]?.workload;
    assert.equal(
      owned("ReplicaSet", "web-6c9f", { "pod-template-hash": "6c9f" }),
      "deployment/web",
    );
    assert.equal(owned("StatefulSet", "web"), "statefulset/web");
    assert.equal(owned("Job", "web"), "pod/web-1");
    assert.equal(containersOf([mounting({})], nodes)[0]?.workload, "pod/web-1");
  });
});
