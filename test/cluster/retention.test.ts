import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { withEndpoint } from "../../src/cluster/endpoint";
import { RegistryClient } from "../../src/registry/client";
import { fleet } from "../cli/fleet";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { pushImage } from "../support/push";
import { isSkipped } from "../support/skip";

const namespace = "zot-fleet-retention";
const stack = "retention";

describe("retention and caches on a cluster", function () {
  this.timeout(900_000);
  let cluster: TestCluster;
  let project: ClusterProject;

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    await removeNamespaces(cluster, namespace);
    project = new ClusterProject();
    const archives = { "linux/amd64": await project.archive("app", "linux/amd64") };
    await project.configure(stack, {
      cluster: { name: stack, context: cluster.context, domain: "retention.test", gateways: [] },
      registry: { namespace, storage: { size: "1Gi" } },
      chart: { version: "0.1.122", source: cluster.chart("0.1.122") },
      zot: { gcInterval: "1m" },
      upstreams: [{ name: "registry.example", retention: { pulledWithin: "30d" } }],
      seeds: [{ image: "demo/app", tags: ["1.0"], archives }],
      retention: {
        rules: [
          { repositories: "**", keep: [{ tags: ["v*"] }, { tags: ["pr-*"], pushedWithin: "7d" }] },
        ],
      },
    });
    await project.pulumi(["stack", "init", stack]);
  });

  after(async function () {
    if (isSkipped(this)) return;
    await removeNamespaces(cluster, namespace);
    project.remove();
  });

  it("are deployed, and a preview after it is empty", async () => {
    const up = await project.up(stack);
    assert.equal(up.code, 0, up.output);
    const preview = await project.preview(stack);
    assert.equal(preview.code, 0, preview.output);
  });

  it("are judged by the log of Zot's pod", async () => {
    const { output } = await project.pulumi([
      "stack",
      "output",
      "ci",
      "--json",
      "--show-secrets",
      "--stack",
      stack,
    ]);
    const credentials = JSON.parse(output) as { username: string; password: string };
    const forward = {
      via: "port-forward",
      context: cluster.context,
      namespace,
      service: "zot",
    } as const;
    await withEndpoint({ ...forward, port: 5000 }, async (address) => {
      const client = new RegistryClient({ ...address, credentials });
      for (const tag of ["v1", "pr-1", "nightly"]) await pushImage(client, "ci/app", tag, tag);
      await client.close();
    });
    const told = async () => {
      const { code, stdout } = await fleet(["retention", "-s", stack, "--all", "-o", "json"], {
        cwd: project.folder,
      });
      return code === 0 ? (JSON.parse(stdout) as Told) : undefined;
    };
    // Zot sweeps every minute here, and waits up to half a minute between two repositories.
    let found = await told();
    while (!found?.repositories.some(pushed)) {
      await sleep(5_000);
      found = await told();
    }
    assert.deepEqual(
      found.repositories
        .filter(pushed)
        .map(({ repository, tags }) => [
          repository,
          ...tags.map(({ tag, fate }) => `${tag} ${fate}`),
        ]),
      [["ci/app", "nightly deleted", "pr-1 kept", "v1 kept"]],
    );
  });
});

/** A volume may hold what another suite left on it. */
const pushed = ({ repository }: Told["repositories"][number]) => repository === "ci/app";

interface Told {
  repositories: { repository: string; tags: { tag: string; fate: string }[] }[];
}
