import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { z } from "zod";
import { kubernetesLabel } from "../../../src/config/registry";
import { textLike, textThat } from "../../../src/config/rules";
import { deliveryClient } from "../../../src/keys/delivery/deliveryClient";
import { DeliveryError } from "../../../src/keys/delivery/targetKind";
import {
  describeTarget,
  targetKinds,
  type Target,
} from "../../../src/keys/delivery/allTargetKinds";
import { inProject } from "../../../src/system/projectFolder";

const login = { host: "oci.killinit.cc", username: "ci-3", password: "zak_key" };

describe("the kinds of targets", () => {
  for (const { to, settings } of targetKinds)
    it(`has a word of its own for ${to}, in its settings as in the list`, () => {
      assert.equal(targetKinds.filter((kind) => kind.to === to).length, 1);
      const { shape } = settings({ z, textLike, textThat, kubernetesLabel });
      assert.deepEqual([...shape.to.values], [to]);
      assert.ok(z.globalRegistry.get(settings({ z, textLike, textThat, kubernetesLabel })));
    });

  it("says of a kind that it does not know that it does not, and delivers nothing", async () => {
    const target = { to: "vault" } as unknown as Target;
    const { put, holds, withdraw, foreign } = deliveryClient({});
    assert.equal(describeTarget(target), "a target vault");
    for (const work of [put, holds, withdraw, foreign])
      await assert.rejects(
        () => work(target, login),
        (error) => error instanceof DeliveryError && error.message.endsWith("no target vault"),
      );
  });

  it("is loaded without the packages that only deliveries need", function () {
    this.timeout(120_000);
    const script = `require("./src/keys/delivery/allTargetKinds.ts");
      console.log(Object.keys(require.cache).filter((path) => /node_modules/.test(path)).join("\\n"));`;
    const loaded = execFileSync(process.execPath, ["-r", "tsx/cjs", "-e", script], {
      cwd: inProject("."),
      encoding: "utf8",
    });
    const isLoader = (path: string) => /node_modules\/(?:tsx|esbuild)\//.test(path);
    const packages = loaded.split("\n").filter((path) => path !== "" && !isLoader(path));
    assert.deepEqual(packages, []);
  });
});
