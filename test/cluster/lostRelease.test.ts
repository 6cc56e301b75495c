import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { isSkipped, skipWithout } from "../support/skip";

const namespace = "zot-fleet-lost";

describe("a release, or its claim, that somebody deleted or broke", function () {
  this.timeout(1_800_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  const read = (...args: string[]) => cluster.kubectl("-n", namespace, "get", ...args);

  const configure = (registry: object) =>
    project.configure("lost", {
      cluster: { name: "lost", context: cluster.context, domain: "lost.test", gateways: [] },
      registry: { namespace, adopt: true, ...registry },
      chart: { source: cluster.chart("0.1.122") },
    });

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    skipWithout("helm", this);
    await removeNamespaces(cluster, namespace);
    project = new ClusterProject();
    const file = join(project.folder, "src/components/zotRegistry.ts");
    const text = readFileSync(file, "utf8");
    assert.ok(text.includes("inSeconds(startupTimeout) + 300"));
    // What cannot come up is not to be waited for so long.
    writeFileSync(file, text.replace("inSeconds(startupTimeout) + 300", "60"));
    await configure({});
    await project.pulumi(["stack", "init", "lost"]);
  });

  after(async function () {
    if (isSkipped(this)) return;
    await project.pulumi(["destroy", "--stack", "lost", "--yes", "--skip-preview"]);
    await removeNamespaces(cluster, namespace);
    project.remove();
  });

  async function converges(...flags: string[]): Promise<void> {
    const up = ["up", "--stack", "lost", "--yes", "--skip-preview", ...flags];
    const { code, output } = await project.pulumi(up);
    assert.equal(code, 0, output);
    const { code: none, output: preview } = await project.preview("lost");
    assert.equal(none, 0, preview);
  }

  /** What a command prints that has something to say. */
  const findings = (command: string): Promise<string> =>
    project.fleet(command, "--stack", "lost", "-o", "json").then(
      () => assert.fail(`${command} says fine`),
      (error: unknown) => (error as { stdout: string }).stdout,
    );

  it("is made where there is nothing, though it was to be taken over", async () => {
    await converges();
  });

  for (const flags of [[], ["--refresh"]])
    it(`is made again after helm uninstall, by up ${flags.join(" ")}`, async () => {
      const claim = await read("pvc", "zot-pvc-zot-0", "-o", "jsonpath={.metadata.uid}");
      await promisify(execFile)("helm", ["uninstall", "zot", "-n", namespace, "--wait"]);
      await converges(...flags);
      assert.equal(await read("pvc", "zot-pvc-zot-0", "-o", "jsonpath={.metadata.uid}"), claim);
    });

  it("has its StatefulSet and Service made again", async () => {
    await cluster.kubectl("-n", namespace, "delete", "statefulset,service", "zot", "--wait");
    const { output } = await project.pulumi(["preview", "--stack", "lost"]);
    assert.match(output, /Service zot, StatefulSet zot of revision \d+ gone/);
    await converges();
  });

  it("gets a corrected config to a pod that does not start", async () => {
    await configure({ image: "oci.invalid/there/is/none" });
    const { code } = await project.up("lost");
    assert.notEqual(code, 0, "an image that is not there was deployed");
    await configure({});
    await converges();
    const image = "jsonpath={.spec.containers[0].image}";
    assert.match(await read("pod", "zot-0", "-o", image), /project-zot/);
  });

  it("gets one there that crashes", async () => {
    await configure({ resources: { memory: "6Mi", memoryLimit: "6Mi" } });
    const { code } = await project.up("lost");
    assert.notEqual(code, 0, "a pod without memory was deployed");
    await configure({});
    await converges();
  });

  it("gets a new claim for one that was deleted under it, in the order that doctor says", async () => {
    const uid = () => read("pvc", "zot-pvc-zot-0", "-o", "jsonpath={.metadata.uid}");
    const before = await uid();
    await cluster.kubectl("-n", namespace, "delete", "pvc", "zot-pvc-zot-0", "--wait=false");
    const told = await findings("doctor");
    assert.match(told, /ZD107.*deleted at .*its images are lost when the pod ends/s);
    assert.match(
      await findings("verify"),
      /ZF504.*deleted at .*its images are lost when the pod ends/s,
    );
    await cluster.kubectl("-n", namespace, "delete", "pod", "zot-0", "--wait=false");
    await cluster.kubectl("-n", namespace, "wait", "--for=delete", "pvc/zot-pvc-zot-0");
    await converges("--refresh");
    assert.notEqual(await uid(), before);
    await project.fleet("verify", "--stack", "lost");
    await project.fleet("doctor", "--stack", "lost");
  });

  it("stops at an upgrade that somebody else began, and names it", async () => {
    const records = await read("secret", "-l", "owner=helm,name=zot", "-o", "name");
    const version = Math.max(
      ...records.split("\n").map((name) => Number(/v(\d+)$/.exec(name)?.[1])),
    );
    const args = ["upgrade", "zot", cluster.chart("0.1.122"), "-n", namespace, "--reuse-values"];
    await promisify(execFile)("helm", [...args, "--description", "by hand"]);
    const name = `sh.helm.release.v1.zot.v${version + 1}`;
    const label = (status: string) =>
      cluster.kubectl("-n", namespace, "label", "secret", name, `status=${status}`, "--overwrite");
    await label("pending-upgrade");
    const { code, output } = await project.up("lost");
    assert.notEqual(code, 0);
    assert.match(
      output,
      new RegExp(`Helm works on Helm's release .*revision ${version + 1} .*helm rollback zot`),
    );
    await label("deployed");
  });
});
