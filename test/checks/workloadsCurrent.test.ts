import assert from "node:assert/strict";
import type { CheckContext } from "../../src/checks/check";
import { workloadsCurrent } from "../../src/checks/cluster/surroundings";
import type { KubernetesReader } from "../../src/cluster/kubernetes";

const [host, digest] = ["oci.fleet.test", `sha256:${"a".repeat(64)}`];
const workload = { namespace: "team", kind: "Deployment" as const, name: "web" };

/** What the check says of one pod with these containers and volumes. */
async function told(
  spec: object,
  containerStatuses: object[],
  aliases?: string[],
): Promise<string[]> {
  const deployment = { spec: { selector: { matchLabels: { app: "web" } } } };
  const pod = { metadata: { name: "web-1" }, spec, status: { containerStatuses } };
  const reader = {
    read: () => Promise.resolve(deployment),
    list: () => Promise.resolve([pod]),
  } as unknown as KubernetesReader;
  const around = { context: "fleet", namespace: "zot", host, pod: "zot-0", claim: "zot-pvc-zot-0" };
  const pullSecret = { name: "zot-pull-secret", username: "puller-1", namespaces: [] };
  const workloads = [{ ...workload, repository: "team/app", digests: [digest] }];
  const names = aliases === undefined ? {} : { aliases };
  const check = workloadsCurrent({ ...around, ...names, pullSecret, workloads }, reader);
  const outcomes = await check.run({} as CheckContext);
  return [outcomes].flat().map(({ status, detail }) => `${status} ${detail}`);
}

const container = { name: "app", image: `${host}/team/app:v1` };
const running = { name: "app", imageID: `${host}/team/app@${digest}` };
const volumes = [{ name: "data", image: { reference: `${host}/team/app:v1` } }];

describe("the check of workloads", () => {
  it("passes containers that run what the tag names", async () => {
    assert.deepEqual(await told({ containers: [container] }, [running]), [
      `passed 1 containers at ${digest}`,
    ]);
  });

  it("knows an image by the registry's other names, too", async () => {
    const old = { name: "app", image: "oci.old.test/team/app:v1" };
    const [unknown] = await told({ containers: [old] }, [running]);
    assert.match(unknown ?? "", /^skipped unknown: no pod runs/);
    assert.deepEqual(await told({ containers: [old] }, [running], ["oci.old.test"]), [
      `passed 1 containers at ${digest}`,
    ]);
  });

  it("calls an image volume unknown, beside containers that are current as well", async () => {
    const [alone = "", ...none] = await told({ containers: [], volumes }, []);
    assert.match(alone, /^skipped unknown: .* is an image volume/);
    assert.deepEqual(none, []);
    const both = await told({ containers: [container], volumes }, [running]);
    assert.deepEqual(
      both.map((text) => text.split(" ")[0]),
      ["passed", "skipped"],
    );
  });
});
