import assert from "node:assert/strict";
import { imageMatrix } from "../../../src/reports/status/imageMatrix";
import type { Place } from "../../../src/reports/status/place";
import { readStackStatus } from "../../../src/reports/status/readStackStatus";
import { stateFacts } from "../../../src/reports/status/stateFacts";
import { sentinelImage as sentinel } from "../../../src/zot/sentinel";
import { fill, startBucketZot } from "../../support/bucketZot";
import { useFakes } from "../../support/fakeRegistry";
import { resourcesOf } from "../../support/fleetProject";

describe("the status of a registry whose bucket is away", () => {
  const fakes = useFakes();

  it("is unreachable, with the words, and its images are unknown, not absent", async () => {
    const zot = await startBucketZot(fakes);
    const digest = fill(zot, "team/app", "v1", sentinel);
    zot.setAway(true);
    const asked = {
      endpoint: { via: "address" as const, url: zot.url, sentinel },
      accounts: [{ username: "admin", password: "secret", role: "admin" as const }],
      images: [{ repository: "team/app", tags: ["v1"], digest, platforms: [] }],
    };
    const facts = stateFacts(resourcesOf({ asked, since: "2026-10-02T08:00:00Z" }));
    const place: Place = { stack: "ottawa", problems: [], deployed: { ...facts, asked } };
    const { signal } = new AbortController();
    const look = await readStackStatus(place, { signal, now: Date.now() });
    assert.equal(look.status.verdict, "unreachable");
    assert.match(look.status.reason ?? "", /the storage behind the registry does not answer/);
    assert.deepEqual([look.status.checks, look.status.findings], [undefined, []]);
    assert.deepEqual(
      imageMatrix([look]).map(({ stacks }) => stacks["ottawa"]?.state),
      ["unknown"],
    );
  });
});
