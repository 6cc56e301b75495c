import assert from "node:assert/strict";
import { verificationDeployment } from "../../src/resources/deployments/verification";
import type { VerificationOutputs } from "../../src/resources/verification";
import { sentinelImage as sentinel } from "../../src/zot/sentinel";
import { fill, startBucketZot } from "../support/bucketZot";
import { useFakes } from "../support/fakeRegistry";

const admin = { username: "admin", password: "secret", role: "admin" as const };

describe("the verification of a registry over a bucket", () => {
  const fakes = useFakes();

  /** Why a refresh wants the next deployment to look again; undefined where it does not. */
  async function unseen(
    change: (zot: Awaited<ReturnType<typeof startBucketZot>>) => void,
  ): Promise<string | undefined> {
    const zot = await startBucketZot(fakes);
    change(zot);
    const endpoint = { via: "address" as const, url: zot.url, sentinel };
    const props: VerificationOutputs = { endpoint, accounts: [admin], images: [], results: [] };
    const { read } = verificationDeployment;
    assert.ok(read);
    const found = (await read("registry", props)).props;
    assert.deepEqual(zot.writes(), []);
    return found.unseen;
  }

  it("is as it was while the sentinel is there", async () => {
    const found = await unseen((zot) => {
      fill(zot, "team/app", "1.0", sentinel);
    });
    assert.equal(found, undefined);
  });

  it("is looked at again where the bucket is away or was emptied, so that a deployment brings the sentinel back", async () => {
    for (const change of [
      (zot: Awaited<ReturnType<typeof startBucketZot>>) => {
        zot.setAway(true);
      },
      () => undefined,
    ])
      assert.match((await unseen(change)) ?? "", /the storage behind the registry does not answer/);
  });
});
