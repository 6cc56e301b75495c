import assert from "node:assert/strict";
import { gatherRegistry } from "../../src/doctor/gatherRegistry";
import { sentinelImage as sentinel } from "../../src/zot/sentinel";
import { fill, startBucketZot, type BucketZot } from "../support/bucketZot";
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

  describe("whose bucket is away", () => {
    const wanted = [
      { repository: "team/app", reference: "v1", seeded: true as const },
      { repository: "team/app", reference: "v2" },
    ];
    const look = ({ url }: BucketZot) =>
      gatherRegistry(fakes.client(url, { sentinel }), { host: "oci", url }, wanted, [], undefined);

    async function start(): Promise<BucketZot> {
      const zot = await startBucketZot(fakes, "empty");
      fill(zot, "team/app", "v1", sentinel);
      return zot;
    }

    it("is what it holds while the bucket is there, absent images among them", async () => {
      const { images, storageAway } = await look(await start());
      assert.equal(storageAway, undefined);
      assert.deepEqual(
        images.map(({ reference, digest }) => [reference, digest !== undefined]),
        [
          ["v1", true],
          ["v2", false],
        ],
      );
    });

    it("is nothing of its images, and why: none of them may be called absent", async () => {
      const zot = await start();
      zot.setAway(true);
      const { images, repositories, storageAway } = await look(zot);
      assert.deepEqual([images, repositories], [[], undefined]);
      assert.match(storageAway ?? "", /the storage behind the registry does not answer/);
    });

    it("is the same where it goes away in the middle of the look", async () => {
      const zot = await start();
      zot.before((line) => {
        if (line.startsWith("GET /v2/team/app/blobs/")) zot.setAway(true);
      });
      const { images, storageAway } = await look(zot);
      assert.deepEqual(images, []);
      assert.match(storageAway ?? "", /nothing is known of/);
    });
  });
});
