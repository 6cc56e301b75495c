import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { withPortForward } from "../../src/cluster/portForward";
import { RegistryClient, type Credentials } from "../../src/registry/client";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { heldCredentials } from "../support/pollAndPull";
import { readYaml } from "../support/yaml";
import { isSkipped } from "../support/skip";

const namespace = "zot-fleet-rotation";
const team = "zot-fleet-rotation-team";
const host = "oci.rotation.test";

describe("rotations that fail, on a cluster", function () {
  this.timeout(1_800_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let config: Record<string, unknown>;
  let lost: Record<string, unknown>;
  /** What clients took from the pull secret, by generation. */
  const clients = new Map<string, Credentials>();

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    await removeNamespaces(cluster, namespace, team);
    project = new ClusterProject();
    config = {
      cluster: {
        name: "rotation",
        context: cluster.context,
        domain: "rotation.test",
        gateways: [],
      },
      registry: { namespace },
      chart: { source: cluster.chart("0.1.122") },
      pullSecrets: [{ namespace: team }],
    };
    const archive = await project.archive("lost", "linux/amd64");
    // An archive that is locked and not there: pull secrets are handed out, and the verification fails.
    lost = {
      ...config,
      seeds: [{ image: "demo/lost", tags: ["1"], archives: { "linux/amd64": archive } }],
    };
    await project.configure("rotation", lost);
    rmSync(join(project.folder, archive));
    await project.pulumi(["stack", "init", "rotation"]);
  });

  after(async function () {
    if (isSkipped(this)) return;
    await project.pulumi(["destroy", "--stack", "rotation", "--yes", "--skip-preview"]);
    await removeNamespaces(cluster, namespace, team);
    project.remove();
  });

  /** Deploys by `pulumi up --skip-preview`; a stack file says the same with or without what is lost. */
  async function up(said: Record<string, unknown>, ...flags: string[]) {
    project.say("rotation", said);
    const args = ["up", "--stack", "rotation", "--yes", "--skip-preview", ...flags];
    const run = await project.pulumi(args);
    if (run.code === 0) {
      const again = await project.preview("rotation");
      assert.equal(again.code, 0, again.output);
    }
    return run;
  }

  async function take(): Promise<string> {
    const held = await heldCredentials(cluster.context, team, host);
    clients.set(held.username, held);
    return held.username;
  }

  /** What the registry answers each client, by the account that it took. */
  const answers = () =>
    withPortForward(
      { context: cluster.context, namespace, service: "zot", port: 5000 },
      async (url) => {
        const all = [...clients].map(async ([name, credentials]) => {
          const client = new RegistryClient({ url, credentials });
          const { status } = await client.request({ method: "GET", path: "/v2/" });
          await client.close();
          return [name, status] as const;
        });
        return Object.fromEntries(await Promise.all(all));
      },
    );

  /** The line that an error says to write, as the stack file has it. */
  function lineOf(output: string): Record<string, unknown> {
    const line = /write zot-fleet:(rotation: .*)$/m.exec(output)?.[1];
    assert.ok(line !== undefined, output);
    return readYaml(line) as Record<string, unknown>;
  }

  it("keep what clients hold: 2 fails late, 3 is refused under every flag, and nothing has changed", async () => {
    const first = await up(config);
    assert.equal(first.code, 0, first.output);
    assert.equal(await take(), "puller-1");
    const second = await up({ ...lost, rotation: 2 });
    assert.notEqual(second.code, 0);
    assert.match(second.output, /demo\/lost/);
    assert.equal(await take(), "puller-2");
    const target =
      "urn:pulumi:rotation::zot-fleet::pulumi-nodejs:dynamic/zot-fleet:Rotation::rotation";
    for (const flags of [[], ["--target", target], ["--continue-on-error"], ["--refresh"]]) {
      const third = await up({ ...config, rotation: 3 }, ...flags);
      assert.notEqual(third.code, 0);
      assert.deepEqual(lineOf(third.output), { rotation: { current: 3, keep: [2, 1] } });
    }
    assert.deepEqual(await answers(), { "puller-1": 200, "puller-2": 200 });
  });

  it("are followed by the line of the error", async () => {
    for (const rotation of [4, 7]) {
      const { code, output } = await up({ ...config, rotation });
      assert.notEqual(code, 0);
      assert.deepEqual(lineOf(output), { rotation: { current: rotation, keep: [2, 1] } });
    }
    const { code, output } = await up({ ...config, rotation: { current: 3, keep: [2, 1] } });
    assert.equal(code, 0, output);
    assert.equal(await take(), "puller-3");
    assert.deepEqual(await answers(), { "puller-1": 200, "puller-2": 200, "puller-3": 200 });
  });

  it("are taken back", async () => {
    const failed = await up({ ...lost, rotation: 4 });
    assert.notEqual(failed.code, 0);
    const back = await up({ ...config, rotation: 3 });
    assert.equal(back.code, 0, back.output);
    assert.match(back.output, /zot-fleet:rotation: 4 stops working/);
    assert.equal(await take(), "puller-3");
    assert.equal((await answers())["puller-3"], 200);
  });

  it("go back to 1 by the line of the error, which keeps what is held until the next", async () => {
    const refused = await up({ ...config, rotation: 1 });
    assert.notEqual(refused.code, 0);
    const { code, output } = await up({ ...config, ...lineOf(refused.output) });
    assert.equal(code, 0, output);
    assert.equal(await take(), "puller-1");
    assert.deepEqual((await answers())["puller-3"], 200);
    const alone = await up({ ...config, rotation: 1 });
    assert.equal(alone.code, 0, alone.output);
    assert.deepEqual((await answers())["puller-3"], 401);
  });

  it("renew the password of fleet, also in two attempts, and nothing else", async () => {
    const password = async () => {
      const { output } = await project.pulumi([
        ...["stack", "export", "--show-secrets", "--stack", "rotation"],
      ]);
      const { resources } = (
        JSON.parse(output) as {
          deployment: { resources: { urn: string; outputs?: Record<string, unknown> }[] };
        }
      ).deployment;
      const found = resources.find(({ urn }) => urn.endsWith(":Account::fleet"));
      const { plaintext } = found?.outputs?.["plainPassword"] as { plaintext: string };
      return JSON.parse(plaintext) as string;
    };
    clients.clear();
    clients.set("before", { username: "fleet", password: await password() });
    const renewed = { rotation: 1, renewal: { fleet: 2 } };
    const failed = await up({ ...lost, ...renewed });
    assert.notEqual(failed.code, 0);
    const { code, output } = await up({ ...config, ...renewed });
    assert.equal(code, 0, output);
    clients.set("after", { username: "fleet", password: await password() });
    assert.deepEqual(await answers(), { before: 401, after: 200 });
  });
});
