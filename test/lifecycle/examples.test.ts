import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackFiles } from "../support/deployment";
import {
  exampleStack,
  surroundingsOf,
  writeArchives,
  type RawStack,
} from "../support/exampleStacks";
import { Project } from "../support/lifecycle/project";
import { skipBecause, skipWithout } from "../support/skip";
import { ClusterStandIn } from "../support/standIn/cluster";

/** What the stand-in for a cluster cannot be asked for; test/cluster/examples.test.ts can. */
const beyond: Readonly<Record<string, string>> = {
  toronto: "the stand-in knows no Deployment and no kinds of Prometheus' operator",
};

/** Keys that are left out here: the stand-in's pod signs nobody in. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  accra: ["oidc", "oidcClientSecret"],
};

describe("every stack file of the repository, over the stand-in", function () {
  this.timeout(0);

  for (const name of stackFiles.keys())
    it(`${name} is up, previewed without a change, and destroyed`, async function () {
      if (name in beyond) skipBecause(beyond[name] ?? "", this);
      for (const tool of ["pulumi", "skopeo"]) skipWithout(tool, this);
      const folder = mkdtempSync(join(tmpdir(), "zot-fleet-example-"));
      const raw = exampleStack(name);
      const { context } = raw["cluster"] as { context: string };
      const cluster = new ClusterStandIn(join(folder, "cluster"), { context });
      await cluster.open();
      const project = new Project(join(folder, "project"), cluster.environment(), {
        stack: name,
        plugins: cluster.plugins,
      });
      try {
        await project.init();
        const kept = Object.entries(raw).filter(([key]) => leftOut[name]?.includes(key) !== true);
        const config: RawStack = {
          ...Object.fromEntries(kept),
          // Nobody serves the domain's names, and the stand-in forwards no ports.
          endpoint: { via: "address", url: cluster.pod.url },
        };
        setUp(cluster, config);
        await writeArchives(config, project.folder);
        await project.configure(config);
        const up = await project.up();
        assert.ok(up.ok, up.output);
        await cluster.settled();
        const preview = await project.preview();
        assert.ok(preview.ok, preview.output);
        assert.deepEqual(preview.steps, []);
        const destroyed = await project.destroy();
        assert.ok(destroyed.ok, destroyed.output);
        const left = cluster.api.under("/apis/").filter(({ kind }) => kind !== "Gateway");
        assert.deepEqual(left, []);
      } finally {
        project.close();
        await cluster.close();
        rmSync(folder, { recursive: true, force: true });
      }
    });
});

function setUp(cluster: ClusterStandIn, config: RawStack): void {
  const { gateways, given } = surroundingsOf(config);
  for (const each of given) cluster.namespace(each);
  for (const metadata of gateways)
    cluster.api.put({ apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", metadata });
}
