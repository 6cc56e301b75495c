import { ClusterStandIn } from "./support/standIn/cluster";
import { Project } from "./support/lifecycle/project";
import { mkdtempSync } from "node:fs";
describe("x", () => {
  it("y", async function () {
    this.timeout(3000000);
    const folder = mkdtempSync("/tmp/h2-");
    const c = new ClusterStandIn(folder + "/cluster");
    await c.open();
    const p = new Project(folder + "/project", c.environment());
    console.log(folder);
    await p.init();
    const a = await p.archive("hello", "linux/amd64");
    await p.configure({ cluster: {name:"ottawa",context:"stand-in",domain:"x.test",gateways:[]}, endpoint:{via:"address",url:c.pod.url}, pullSecrets:[{namespace:"apps"}], seeds:[{image:"demo/hello",tags:["1.0","latest"],archives:{"linux/amd64":a}}] });
    for (const what of ["preview","up","preview"] as const) {
      console.time(what);
      const r = await p[what]();
      console.timeEnd(what);
      console.log(r.ok, r.steps.map((s) => `${s.op} ${s.type} ${s.name} ${s.diffs.join(",")}`), r.ok && what !== "up" ? "" : r.output.slice(-6000));
    }
    p.close();
    await c.close();
  });
});
