import assert from "node:assert/strict";
import { gatherRegistry } from "../../src/doctor/gatherRegistry";
import { useFakes } from "../support/fakeRegistry";

describe("what doctor gathers of a registry", () => {
  const fakes = useFakes();

  it("is no key without an id: that one is a leftover which opens nothing", async () => {
    const key = (uuid: string, label: string) => ({
      uuid,
      label,
      createdAt: "2026-01-01T00:00:00Z",
      expirationDate: "2026-05-01T00:00:00Z",
    });
    const apiKeys = [key("", "gone"), key("1", "ci")];
    const { url } = await fakes.server(({ url: path }, response) => {
      const bodies: Record<string, object> = {
        "/zot/auth/apikey": { apiKeys },
        "/v2/_catalog": { repositories: [] },
      };
      response.end(JSON.stringify(bodies[path?.split("?", 1)[0] ?? ""] ?? {}));
    });
    const place = { host: "oci.fleet.test", url };
    const { keys } = await gatherRegistry(fakes.client(url), place, [], [], "ada");
    assert.deepEqual(
      keys?.map(({ label }) => label),
      ["ci"],
    );
  });
});
