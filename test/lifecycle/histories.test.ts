import { drawHistory } from "../support/lifecycle/draw";
import { World } from "../support/lifecycle/world";
import { skipWithout } from "../support/skip";

describe("histories of a stack", function () {
  this.timeout(0);

  it("hold what a deployment promises, after every step", async function () {
    for (const tool of ["pulumi", "skopeo"]) skipWithout(tool, this);
    await drawHistory({ steps: 30, seed: 77 }, (folder) => World.overStandIn(folder));
  });
});
