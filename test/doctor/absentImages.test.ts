import assert from "node:assert/strict";
import { diagnose } from "../../src/doctor/diagnose";
import { lacking, withPod } from "./snapshots";

const absent = lacking({ repository: "docker.io/library/redis", reference: "8", tags: null });

/** What is said of an image that an upstream does not give, with this in the log of the registry's pod. */
function detailWith(log: string): string | undefined {
  const { cluster } = withPod({ log });
  assert.ok(cluster !== undefined);
  const snapshot = { ...absent, cluster: { ...cluster, containers: [] } };
  return diagnose(snapshot).find(({ code }) => code === "ZD306")?.detail;
}

describe("an image that an upstream does not give", () => {
  it("is told with what the log names: a refused account, a limit, or nothing", () => {
    const logged = (error: string, repository = "docker.io/library/redis") =>
      JSON.stringify({ level: "error", error, repository, message: "failed to sync image" });
    assert.match(
      detailWith(logged("unauthorized access. check credentials")) ?? "",
      /it refuses the credentials$/,
    );
    assert.match(
      detailWith(logged("429 toomanyrequests")) ?? "",
      /it says 429, too many requests$/,
    );
    const plain = "docker.io/library/redis comes from upstream";
    assert.equal(detailWith(logged("429 toomanyrequests", "docker.io/library/other")), plain);
    assert.equal(detailWith(""), plain);
  });
});
