import assert from "node:assert/strict";
import { refusalLogged, upstreamLimit } from "../../src/doctor/causes/upstreamLimit";
import { lacking, withPod } from "./snapshots";

const absent = lacking({ repository: "docker.io/library/redis", reference: "8", tags: null });

/** What is said of an image that an upstream does not give, with this in the log of the registry's pod. */
function detailWith(log: string): string | undefined {
  const { cluster } = withPod({ log });
  assert.ok(cluster !== undefined);
  const snapshot = { ...absent, cluster: { ...cluster, containers: [] } };
  return upstreamLimit.find(snapshot)[0]?.detail;
}

describe("an image that an upstream does not give", () => {
  it("is told with what the log names: a refused account, else a limit", () => {
    const refused = `{"level":"error","error":"${refusalLogged}","message":"failed to sync image"}`;
    assert.match(detailWith(refused) ?? "", /which does not take the registry's account/);
    assert.match(detailWith('{"error":"429 toomanyrequests"}') ?? "", /whose limit/);
    assert.equal(detailWith(""), "docker.io/library/redis comes from upstream");
  });
});
