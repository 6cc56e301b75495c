import { needsCluster } from "../support/clusterProject";
import { drawHistory } from "../support/lifecycle/draw";
import { RealCluster } from "../support/lifecycle/realCluster";
import { World } from "../support/lifecycle/world";
import { needsNode } from "../support/needsNode";

describe("histories of a stack on a cluster", function () {
  this.timeout(0);

  it("hold what a deployment promises, after every step", async function () {
    const cluster = await needsCluster(this, "0.1.122", "0.1.101");
    await needsNode(cluster, this);
    await drawHistory({ steps: 10, seed: 3 }, (folder) =>
      World.open(folder, new RealCluster(cluster)),
    );
  });
});
