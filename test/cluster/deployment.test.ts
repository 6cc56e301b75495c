import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { kubernetesReader } from "../../src/cluster/kubernetes";
import { withPortForward } from "../../src/cluster/portForward";
import { RegistryClient } from "../../src/registry/client";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { heldCredentials, pollAndPull } from "../support/pollAndPull";
import { verificationOf } from "../support/stateOf";
import { isSkipped } from "../support/skip";

const namespace = "zot-fleet-test";
const teams = ["zot-fleet-team-a", "zot-fleet-team-b"];
const host = "oci.fleet.test";

describe("a cluster's registry, from one stack file", function () {
  this.timeout(1_800_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let config: Record<string, unknown>;

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    await removeNamespaces(cluster, namespace, ...teams);
    project = new ClusterProject();
    const [amd64, arm64] = [
      await project.archive("hello", "linux/amd64"),
      await project.archive("hello", "linux/arm64"),
    ];
    config = {
      cluster: { name: "fleet", context: cluster.context, domain: "fleet.test", gateways: [] },
      registry: { namespace },
      chart: { source: cluster.chart("0.1.122") },
      pullSecrets: [{ namespace: teams[0] }, { namespace: teams[1], attach: true }],
      seeds: [
        {
          image: "demo/hello",
          tags: ["1.0", "latest"],
          archives: { "linux/amd64": amd64, "linux/arm64": arm64 },
        },
      ],
    };
    await project.configure("fleet", config);
    await project.pulumi(["stack", "init", "fleet"]);
  });

  after(async function () {
    if (isSkipped(this)) return;
    await project.pulumi(["destroy", "--stack", "fleet", "--yes", "--skip-preview"]);
    await removeNamespaces(cluster, namespace, ...teams);
    project.remove();
  });

  it("is up, seeded and verified by one pulumi up", async () => {
    const { code, output } = await project.up("fleet");
    assert.equal(code, 0, output);
    const results = verificationOf(await project.state("fleet"));
    assert.deepEqual(
      results.filter(({ status }) => status === "failed"),
      [],
    );
    const skipped = results
      .filter(({ status }) => status === "skipped")
      .map(({ code: check, detail }) => `${check} ${detail}`);
    assert.deepEqual(skipped, [
      "ZF104 http: there is no certificate",
      "ZF105 http: there is no certificate",
      "ZF204 no password was replaced",
      "ZF307 not asked for: checks.extraContent",
      "ZF601 no identity provider is declared",
      "ZF602 no identity provider is declared",
      "ZF603 no identity provider is declared",
      "ZF604 no identity provider is declared",
      "ZF605 no identity provider is declared",
      "ZF801 no upstream is asked with an account",
      "ZF802 Docker Hub is no upstream",
      "ZF501 no gateway is declared",
      "ZF505 no workload is named beside a seed",
    ]);
  });

  it("previews nothing afterwards, under another kubeconfig and another address as well", async () => {
    const plain = await project.preview("fleet");
    assert.equal(plain.code, 0, plain.output);
    const elsewhere = join(project.folder, "other-kubeconfig");
    copyFileSync(process.env["KUBECONFIG"] ?? "", elsewhere);
    writeFileSync(elsewhere, readFileSync(elsewhere, "utf8").replace("127.0.0.1", "localhost"));
    const other = await project.preview("fleet", { KUBECONFIG: elsewhere });
    assert.equal(other.code, 0, other.output);
  });

  it("keeps its credentials out of Helm, the config, the pod and the plain state", async () => {
    const data = await cluster.kubectl(
      "-n",
      namespace,
      "get",
      "secret",
      "zot-secret",
      "-o",
      "jsonpath={.data.htpasswd}",
    );
    const hashes = Buffer.from(data, "base64")
      .toString()
      .trim()
      .split("\n")
      .map((line) => line.split(":")[1] ?? "");
    assert.equal(hashes.length, 4);
    const { password } = await heldCredentials(cluster.context, teams[0] ?? "", host);
    const stored = await cluster.kubectl(
      "-n",
      namespace,
      "get",
      "secret",
      "-l",
      "owner=helm",
      "-o",
      "jsonpath={.items[*].data.release}",
    );
    const places = {
      releases: stored
        .split(" ")
        .map((text) =>
          gunzipSync(Buffer.from(Buffer.from(text, "base64").toString(), "base64")).toString(),
        )
        .join(),
      rest: await cluster.kubectl(
        "-n",
        namespace,
        "get",
        "configmap,pod,statefulset,service",
        "-o",
        "yaml",
      ),
      state: await project.state("fleet"),
    };
    for (const [place, text] of Object.entries(places))
      for (const secret of [...hashes, password]) assert.ok(!text.includes(secret), place);
  });

  it("rotates under clients that poll and pull, and refuses a generation after the next", async () => {
    const first = await heldCredentials(cluster.context, teams[0] ?? "", host);
    const target = { context: cluster.context, namespace, service: "zot", port: 5000 };
    await project.configure("fleet", { ...config, rotation: 2 });
    const polled = await withPortForward(target, (url) =>
      pollAndPull(
        { context: cluster.context, namespace: teams[0] ?? "", host, url, image: "demo/hello:1.0" },
        10,
        () => project.up("fleet"),
      ),
    );
    assert.equal(polled.result.code, 0, polled.result.output);
    assert.equal(polled.absent, 0, "the Secret was away");
    assert.deepEqual(Object.keys(polled.statuses), ["200"], JSON.stringify(polled.statuses));
    process.stdout.write(
      `      ${JSON.stringify(polled.statuses)}, unreachable for ${polled.unreachableSeconds.toFixed(1)} s\n`,
    );
    const held = await heldCredentials(cluster.context, teams[0] ?? "", host);
    assert.equal(held.username, "puller-2");
    const again = await project.preview("fleet");
    assert.equal(again.code, 0, again.output);
    const status = (credentials: typeof first) =>
      withPortForward(target, async (url) => {
        const client = new RegistryClient({ url, credentials });
        const answer = await client.request({
          method: "GET",
          path: "/v2/demo/hello/manifests/1.0",
        });
        await client.close();
        return answer.status;
      });
    assert.equal(await status(first), 200);
    await project.configure("fleet", { ...config, rotation: 3 });
    const next = await project.up("fleet");
    assert.equal(next.code, 0, next.output);
    assert.equal(await status(first), 401);
    assert.equal(await status(held), 200);
  });

  it("refuses a jump and a step back of the rotation at preview, with the line to write", async () => {
    for (const [rotation, words] of [
      [5, /write zot-fleet:rotation: \{ current: 5, keep: \[3\] \}/],
      [2, /write zot-fleet:rotation: \{ current: 2, keep: \[3\] \}/],
    ] as const) {
      await project.configure("fleet", { ...config, rotation });
      const { code, output } = await project.preview("fleet");
      assert.notEqual(code, 0);
      assert.match(output, words);
    }
    await project.configure("fleet", { ...config, rotation: 3 });
  });

  it("is destroyed but for namespace and claim, and found again by the next up", async () => {
    const gone = await project.pulumi(["destroy", "--stack", "fleet", "--yes", "--skip-preview"]);
    assert.equal(gone.code, 0, gone.output);
    const claim = await cluster.kubectl(
      "-n",
      namespace,
      "get",
      "pvc",
      "zot-pvc-zot-0",
      "-o",
      "jsonpath={.status.phase}",
    );
    assert.equal(claim, "Bound");
    const { code, output } = await project.up("fleet");
    assert.equal(code, 0, output);
    assert.match(output, /demo\/hello: present/);
  });

  it("stops at another cluster under the same name, before it writes", async () => {
    const state = await project.state("fleet");
    const reader = await kubernetesReader(cluster.context);
    const system = await reader.read({ apiVersion: "v1", kind: "Namespace", name: "kube-system" });
    const file = join(project.folder, "state.json");
    writeFileSync(
      file,
      state.replaceAll(system?.metadata?.uid ?? "?", "11111111-2222-3333-4444-555555555555"),
    );
    await project.pulumi(["stack", "import", "--stack", "fleet", "--file", file]);
    const before = await cluster.kubectl(
      "-n",
      namespace,
      "get",
      "pod",
      "zot-0",
      "-o",
      "jsonpath={.metadata.uid}",
    );
    const runs = [
      await project.preview("fleet"),
      await project.up("fleet"),
      await project.pulumi(["destroy", "--stack", "fleet", "--yes", "--skip-preview"]),
    ];
    for (const { code, output } of runs) {
      assert.notEqual(code, 0);
      assert.match(output, /this stack belongs to the cluster "fleet"/);
    }
    assert.equal(
      await cluster.kubectl(
        "-n",
        namespace,
        "get",
        "pod",
        "zot-0",
        "-o",
        "jsonpath={.metadata.uid}",
      ),
      before,
    );
    writeFileSync(file, state);
    await project.pulumi(["stack", "import", "--stack", "fleet", "--file", file]);
  });
});
