import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterGuardIn, type ClusterGuardInputs } from "../../src/resources/clusterGuard";
import { isRebound } from "../../src/resources/clusterGuard";

const before = "11111111-2222-3333-4444-555555555555";
const after = "66666666-7777-8888-9999-000000000000";
const bound: ClusterGuardInputs = {
  cluster: "ottawa",
  context: "admin@ottawa",
  uid: before,
  place: "last",
};

const guard = (found: string | undefined, rebound = false) =>
  clusterGuardIn({ uidOf: () => Promise.resolve(found), isRebound: () => rebound }).provider;

describe("the guard of a cluster", () => {
  it("names the line that goes on with a cluster that was built anew", async () => {
    const { failures } = await guard(after).check(bound, { ...bound, uid: after });
    assert.match(
      failures[0]?.reason ?? "",
      new RegExp(`zot-fleet:cluster: \\{ …, rebind: ${after} \\}`),
    );
    assert.match(failures[0]?.reason ?? "", /pulumi up --refresh/);
  });

  it("lets a refresh alone move on: without one, everything that is gone would be called unchanged", async () => {
    const news = { ...bound, uid: after, rebind: after };
    const { failures } = await guard(after).check(bound, news);
    assert.match(failures[0]?.reason ?? "", /built anew: run "pulumi up --refresh"/);
    const { props, inputs } = await guard(after, true).read("id", bound);
    assert.deepEqual(
      [props, inputs],
      [
        { ...bound, uid: after },
        { ...bound, uid: after },
      ],
    );
    assert.deepEqual((await guard(after).check(props, news)).failures, []);
    assert.deepEqual(await guard(after).diff("id", props, news), { changes: false });
  });

  it("stops refreshes and destroys at a cluster that nobody declared", async () => {
    await assert.rejects(guard(after).read("id", bound), /belongs to the cluster "ottawa"/);
    await assert.rejects(guard(after).delete("id", bound), /belongs to the cluster "ottawa"/);
  });

  it("lets a refresh and a destroy go on where the cluster cannot be asked, and where it is the known one", async () => {
    for (const found of [undefined, before]) {
      assert.deepEqual(await guard(found).read("id", bound), { id: "id", props: bound });
      await guard(found).delete("id", bound);
    }
  });

  it("takes the UID from the line of a stack file of this cluster, and from no other", () => {
    const folder = mkdtempSync(join(tmpdir(), "zot-fleet-rebind-"));
    const here = process.cwd();
    try {
      mkdirSync(join(folder, "stacks"));
      writeFileSync(join(folder, "Pulumi.yaml"), "name: zot-fleet\n");
      const file = (stack: string, text: string) => {
        writeFileSync(join(folder, "stacks", `Pulumi.${stack}.yaml`), text);
      };
      file("broken", "config: [\n");
      file("empty", "");
      file(
        "lisbon",
        `config:\n  zot-fleet:cluster: { name: lisbon, context: lisbon, rebind: ${after} }\n`,
      );
      process.chdir(folder);
      assert.equal(isRebound(bound, after), false);
      file(
        "ottawa",
        `config:\n  zot-fleet:cluster: { name: new, context: admin@ottawa, rebind: ${after} }\n`,
      );
      assert.equal(isRebound(bound, after), true);
      assert.equal(isRebound(bound, before), false);
      const text = JSON.stringify({ name: "ottawa", context: "moved", rebind: before });
      file("ottawa", `config:\n  zot-fleet:cluster: '${text}'\n`);
      assert.equal(isRebound(bound, before), true);
    } finally {
      process.chdir(here);
      rmSync(folder, { recursive: true });
    }
  });
});
