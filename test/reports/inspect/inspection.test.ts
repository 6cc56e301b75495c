import assert from "node:assert/strict";
import type { V1Pod } from "@kubernetes/client-node";
import type { Inspection } from "../../../src/reports/inspect/inspection";
import { inspectionFormats } from "../../../src/reports/inspect/render";
import { containersOf } from "../../../src/facts/containers";
import { runnersIn } from "../../../src/reports/inspect/runners";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

const found: Omit<Inspection, "runners"> = {
  registry: "https://oci.fleet.test",
  repository: "team/app",
  reference: "latest",
  digest: digest("a"),
  mediaType: "application/vnd.oci.image.index.v1+json",
  size: 500,
  tags: ["1.0", "latest"],
  images: [
    {
      platform: "linux/arm64",
      digest: digest("b"),
      config: { digest: digest("c"), size: 1500 },
      layers: [{ digest: digest("d"), size: 3 * 1024 * 1024, mediaType: "layer" }],
      bytes: 3 * 1024 * 1024,
      starts: ["/app", "\u001B[31m"],
      environment: ["PATH", "TOKEN"],
    },
  ],
  missing: [digest("e")],
};

/** As the cluster gives it. */
function pod(name: string, image: string, imageID?: string): V1Pod {
  const status = { name: "app", image, imageID, ready: true, restartCount: 0 };
  const json = JSON.stringify({
    metadata: { namespace: "team", name },
    spec: { nodeName: "node-1", containers: [{ name: "app", image }] },
    status: imageID === undefined ? {} : { containerStatuses: [status] },
  });
  return JSON.parse(json) as V1Pod;
}

describe("an inspected image", () => {
  const pods = [
    pod("new", "oci.fleet.test/team/app:latest", `oci.fleet.test/team/app@${digest("b")}`),
    pod("old", "oci.fleet.test/team/app:latest", `oci.fleet.test/team/app@${digest("f")}`),
    pod("waits", "oci.fleet.test/team/app:latest"),
    pod("elsewhere", "other.test/team/app:latest", digest("b")),
    pod("else", "oci.fleet.test/team/other:latest", digest("b")),
  ];

  it("is run by the pods that name its repository, and knows which run another one", () => {
    assert.deepEqual(
      runnersIn(containersOf(pods, []), ["oci.fleet.test"], found).map(({ pod: name, current }) => [
        name,
        current,
      ]),
      [
        ["new", true],
        ["old", false],
        ["waits", false],
      ],
    );
    assert.equal(runnersIn(containersOf(pods, []), undefined, found).length, 4);
    const names = ["oci.fleet.test", "other.test"];
    assert.equal(runnersIn(containersOf(pods, []), names, found).length, 4);
  });

  it("is told with digests, sizes, tags and pods, and nothing that steers a terminal", () => {
    const runners = { pods: runnersIn(containersOf(pods, []), ["oci.fleet.test"], found) };
    const table = inspectionFormats.table({ ...found, runners });
    assert.match(table, /^Tags {6}1\.0, latest$/m);
    assert.match(table, /^ {4}1 {8}sha256:d{64} {4}3\.0 MiB {2}layer$/m);
    assert.match(table, /^× missing {2}sha256:e{64}/m);
    assert.match(table, /^√ this image {2}team\/new \(app\) on node-1$/m);
    assert.match(table, /^‼ another {5}team\/old \(app\) on node-1: sha256:f{12}$/m);
    assert.match(table, /^- not pulled {2}team\/waits/m);
    assert.doesNotMatch(table, /\u001B/);
    assert.match(inspectionFormats.markdown({ ...found, runners }), /\| linux\/arm64 \| `sha256:b/);
  });

  it("says that nobody looked for pods", () => {
    const inspection = { ...found, runners: { notLooked: "no cluster is named" } };
    assert.match(inspectionFormats.table(inspection), /not looked at: no cluster is named/);
    assert.deepEqual(JSON.parse(inspectionFormats.json(inspection)), inspection);
  });
});
