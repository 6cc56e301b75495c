import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Context } from "mocha";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { stackFiles } from "../support/deployment";
import { preparations, replacedEverywhere } from "../support/examplePlaces";
import {
  exampleStack,
  surroundingsOf,
  writeArchives,
  type RawStack,
} from "../support/exampleStacks";
import { playGateways } from "../support/playedGateways";
import { skipBecause } from "../support/skip";
import { ApiClient } from "../support/standIn/client";
import { verificationOf } from "../support/stateOf";
import { closeAll, type Undo } from "../support/undo";

for (const name of stackFiles.keys())
  describe(`the stack file of ${name}, on a cluster`, function () {
    this.timeout(1_800_000);
    const undo: Undo[] = [];
    let project: ClusterProject;

    before(async function () {
      const cluster = await needsCluster(this, "0.1.122");
      const { folder } = (project = new ClusterProject());
      undo.push(() => {
        project.remove();
        return Promise.resolve();
      });
      const raw = replacedEverywhere(exampleStack(name), cluster);
      const prepare = preparations[name] ?? ((same: RawStack) => Promise.resolve(same));
      const config = await prepare(raw, { cluster, folder, undo, context: this });
      await makeSurroundings(cluster, config, undo, this);
      await writeArchives(config, folder);
      await project.configure(name, config);
      await project.pulumi(["stack", "init", name]);
      undo.push(() => project.pulumi(["destroy", "--stack", name, "--yes", "--skip-preview"]));
    });

    // Where the suite was skipped, only what it had begun.
    after(() => closeAll(undo));

    it("is up and verified by one pulumi up", async () => {
      const { code, output, seconds } = await project.up(name);
      assert.equal(code, 0, output);
      const results = verificationOf(await project.state(name));
      const failed = results.filter(({ status }) => status === "failed");
      assert.deepEqual(failed, []);
      const passed = results.filter(({ status }) => status === "passed");
      assert.ok(passed.length > 0);
      process.stdout.write(`      ${passed.length} checks passed, ${seconds.toFixed(0)} s\n`);
    });

    it("previews nothing afterwards", async () => {
      const { code, output } = await project.preview(name);
      assert.equal(code, 0, output);
    });

    it("is destroyed", async () => {
      const destroyed = await project.pulumi(["destroy", "--stack", name, "--yes"]);
      assert.equal(destroyed.code, 0, destroyed.output);
      const { deployment } = JSON.parse(await project.state(name)) as {
        deployment: { resources?: { urn: string }[] };
      };
      assert.deepEqual(deployment.resources ?? [], []);
    });
  });

/**
 * Makes the namespaces and Gateways that a stack file names, and plays the Gateways' controller. What was there before is not removed;
 * a registry that is there before is somebody's, and no place for a test.
 */
async function makeSurroundings(
  cluster: TestCluster,
  raw: RawStack,
  undo: Undo[],
  context: Context,
): Promise<void> {
  const { gateways, given, namespaces } = surroundingsOf(raw);
  const [own = ""] = namespaces;
  const there = (await cluster.kubectl("get", "namespaces", "-o", "name"))
    .split("\n")
    .map((line) => line.replace("namespace/", ""));
  if (there.includes(own)) skipBecause(`the cluster has a namespace ${own}`, context);
  const ours = namespaces.filter((each) => !there.includes(each));
  undo.push(() => removeNamespaces(cluster, ...ours));
  for (const each of given.filter((name) => ours.includes(name)))
    await cluster.kubectl("create", "namespace", each);
  if (gateways.length === 0) return;
  await cluster.apply(...gateways.map(gateway));
  const proxy = spawn("kubectl", ["proxy", "--port=0", "--context", cluster.context]);
  undo.push(() => Promise.resolve(proxy.kill()));
  const [said] = (await once(proxy.stdout, "data")) as [Buffer];
  const [, address = ""] = /(127\.0\.0\.1:\d+)/.exec(said.toString()) ?? [];
  const playing = playGateways(new ApiClient(`http://${address}`), own);
  undo.push(() => {
    playing.stop();
    return Promise.resolve();
  });
}

const gateway = (metadata: { name: string; namespace: string }) => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata,
  spec: {
    gatewayClassName: "zot-fleet-test",
    listeners: [
      {
        name: "https",
        port: 443,
        protocol: "HTTP",
        allowedRoutes: { namespaces: { from: "All" } },
      },
    ],
  },
});
