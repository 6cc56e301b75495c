import { drawHistory } from "../support/lifecycle/draw";
import { World } from "../support/lifecycle/world";
import { skipBecause, skipWithout } from "../support/skip";

describe("histories of a stack", function () {
  this.timeout(0);

  it("hold what a deployment promises, after every step", async function () {
    for (const tool of ["pulumi", "skopeo"]) skipWithout(tool, this);
    if (process.env["ZOT_FLEET_STEPS"] === undefined)
      skipBecause("ZOT_FLEET_STEPS says no number of steps", this);
    await drawHistory(30, (folder) => World.overStandIn(folder));
  });
});
