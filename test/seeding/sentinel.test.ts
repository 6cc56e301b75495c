import assert from "node:assert/strict";
import { ensureSentinel } from "../../src/seeding/sentinel";
import { sentinelImage as sentinel } from "../../src/zot/sentinel";
import { startBucketZot } from "../support/bucketZot";
import { useFakes } from "../support/fakeRegistry";

describe("ensureSentinel", () => {
  const fakes = useFakes();

  it("pushes the sentinel once, and the same bytes for ever", async () => {
    const zot = await startBucketZot(fakes);
    await ensureSentinel(fakes.client(zot.url, { sentinel }), sentinel);
    assert.deepEqual(zot.writes(), [
      "POST /v2/zot-fleet/sentinel/blobs/uploads/?digest=sha256%3A44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
      "PUT /v2/zot-fleet/sentinel/manifests/1",
    ]);
    const other = fakes.client(zot.url, { sentinel });
    await ensureSentinel(other, sentinel);
    assert.equal(zot.writes().length, 2);
    const found = await other.getManifest("zot-fleet/sentinel", "1");
    // Another digest would make every deployment push it again after an upgrade of this program.
    assert.equal(
      found?.digest,
      "sha256:d5e25d1b86add965743da01ccaef18133b401eb437d6224248be2fef5f30153e",
    );
  });

  it("is one look for all who ask at once, and a new one after a failure", async () => {
    const zot = await startBucketZot(fakes);
    const client = fakes.client(zot.url, { sentinel });
    zot.setAway(true);
    const asked = Array.from({ length: 10 }, () => ensureSentinel(client, sentinel));
    for (const each of asked) await assert.rejects(each, { reason: "storage" });
    assert.equal(zot.seen.length, 2);
    zot.setAway(false);
    await Promise.all(Array.from({ length: 10 }, () => ensureSentinel(client, sentinel)));
    assert.deepEqual(zot.tags(), [sentinel]);
    assert.equal(zot.writes().length, 3);
  });

  it("says that nothing was pushed where the storage takes nothing", async () => {
    const zot = await startBucketZot(fakes);
    zot.setAway(true);
    await assert.rejects(ensureSentinel(fakes.client(zot.url, { sentinel }), sentinel), {
      reason: "storage",
      message: `${zot.url}: the storage behind the registry does not answer: ${sentinel} is not there and cannot be stored (POST /v2/zot-fleet/sentinel/blobs/uploads/ at ${zot.url}: 500 Internal Server Error, without a registry's error in the body), so nothing was pushed and nothing deleted`,
    });
  });

  it("fails where the storage takes it and does not give it back", async () => {
    const zot = await startBucketZot(fakes);
    zot.before((line) => {
      zot.setAway(line.startsWith("GET "));
    });
    await assert.rejects(ensureSentinel(fakes.client(zot.url, { sentinel }), sentinel), {
      reason: "storage",
      message: /even zot-fleet\/sentinel:1 is not there/,
    });
  });

  it("leaves the refusal of an account what it is", async () => {
    const { url } = await fakes.server(({ method }, response) => {
      response.writeHead(method === "GET" ? 404 : 401).end();
    });
    await assert.rejects(ensureSentinel(fakes.client(url, { sentinel }), sentinel), {
      reason: "status",
      status: 401,
    });
  });

  it("calls a registry that takes blobs in pieces alone what it is", async () => {
    const { url } = await fakes.server(({ method }, response) => {
      response.writeHead(method === "POST" ? 202 : 404).end();
    });
    await assert.rejects(ensureSentinel(fakes.client(url, { sentinel }), sentinel), {
      reason: "answer",
      message: /202, which does not store it/,
    });
  });
});
