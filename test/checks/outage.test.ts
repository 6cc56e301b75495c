import assert from "node:assert/strict";
import { registryChecks } from "../../src/checks/allChecks";
import type { CheckResult } from "../../src/checks/check";
import type { Expectations } from "../../src/checks/expectations";
import { runChecks } from "../../src/checks/runChecks";
import { verification, type VerificationInputs } from "../../src/resources/verification";
import { storedRole } from "../../src/zot/roles";
import { sentinelImage as sentinel } from "../../src/zot/sentinel";
import { fill, startBucketZot, type BucketZot } from "../support/bucketZot";
import { useFakes } from "../support/fakeRegistry";

const accounts = [{ username: "admin", password: "secret", role: "admin" as const }];
const isAway = { reason: "storage", message: /the storage behind the registry does not answer/ };

describe("the checks of a registry whose bucket is away", () => {
  const fakes = useFakes();

  async function start(
    catalog: 500 | "empty" = 500,
  ): Promise<{ zot: BucketZot; expectations: Expectations }> {
    const zot = await startBucketZot(fakes, catalog);
    const digest = fill(zot, "team/app", "v1", sentinel);
    const images = [{ repository: "team/app", tags: ["v1"], digest, platforms: ["linux/amd64"] }];
    // What a fake that knows no accounts is asked is not what these tests are about.
    const registry = { kind: "distribution" as const };
    return { zot, expectations: { accounts, retired: [], images, registry } };
  }

  const run = (
    { url }: BucketZot,
    expectations: Expectations,
    told: CheckResult[] = [],
    address: { sentinel?: string } = { sentinel },
  ) =>
    runChecks(registryChecks, { url, ...address }, expectations, {
      patienceMs: 0,
      only: new Set(["ZF101", "ZF301", "ZF303", "ZF304", "ZF305"]),
      onResult: (result) => told.push(result),
    });

  it("hold while it is there, and do not count the sentinel", async () => {
    const { zot, expectations } = await start();
    const results = await run(zot, expectations);
    assert.deepEqual(
      results.map(({ code, status }) => `${code} ${status}`),
      ["ZF101 passed", "ZF301 passed", "ZF303 passed", "ZF304 passed", "ZF305 passed"],
    );
    assert.equal(results.find(({ code }) => code === "ZF301")?.detail, "1 repository");
  });

  it("are not run: it is told before anything else, and nothing is called absent", async () => {
    const { zot, expectations } = await start();
    zot.setAway(true);
    const told: CheckResult[] = [];
    await assert.rejects(run(zot, expectations, told), isAway);
    assert.deepEqual(told, []);
    assert.deepEqual(zot.lines(), ["GET /v2/", "GET /v2/zot-fleet/sentinel/manifests/1"]);
  });

  for (const from of ["/v2/_catalog", "/v2/team/app/manifests/", "/v2/team/app/blobs/"])
    it(`end where it goes away before ${from}, without a finding that something is absent`, async () => {
      const { zot, expectations } = await start("empty");
      zot.before((line) => {
        if (line.includes(from)) zot.setAway(true);
      });
      const told: CheckResult[] = [];
      await assert.rejects(run(zot, expectations, told), isAway);
      assert.deepEqual(
        told.filter(({ status }) => status === "failed"),
        [],
      );
    });

  it("do not end with a failure that is the outage's own, such as a catalog's 500", async () => {
    const { zot, expectations } = await start();
    zot.before((line) => {
      if (line === "GET /v2/_catalog") zot.setAway(true);
    });
    await assert.rejects(
      runChecks(registryChecks, { url: zot.url, sentinel }, expectations, {
        patienceMs: 0,
        only: new Set(["ZF301"]),
      }),
      isAway,
    );
  });

  it("call absent what is absent while it answers", async () => {
    const { zot, expectations } = await start();
    const images = [{ repository: "team/app", tags: ["v2"], platforms: [] }];
    const results = await run(zot, { ...expectations, images });
    const failures = results.filter(({ status }) => status === "failed");
    assert.deepEqual(
      failures.map(({ code, detail }) => [code, detail]),
      [
        ["ZF303", "absent"],
        ["ZF304", "there is no manifest"],
      ],
    );
  });

  it("tell of images that are gone where there is no sentinel, as ever", async () => {
    const { zot, expectations } = await start();
    zot.setAway(true);
    const results = await run(zot, expectations, [], {});
    assert.match(results.find(({ code }) => code === "ZF303")?.detail ?? "", /^absent/);
  });

  describe("in a deployment", () => {
    const inputs = ({ url }: BucketZot, { retired: _, accounts, ...asked }: Expectations) =>
      ({
        endpoint: { via: "address", url, sentinel },
        accounts: accounts.map((each) => ({ ...each, role: storedRole(each.role) })),
        ...asked,
      }) satisfies VerificationInputs;

    it("fail it with the same words, as nothing was looked at", async () => {
      const { zot, expectations } = await start();
      zot.setAway(true);
      await assert.rejects(verification.provider.create(inputs(zot, expectations)), {
        ...isAway,
        message: /cannot be stored .* so nothing was pushed and nothing deleted/,
      });
      assert.deepEqual(zot.tags(), ["team/app:v1", sentinel]);
    });

    it("give a registry its sentinel in which nothing is seeded", async () => {
      const zot = await startBucketZot(fakes);
      const registry = { kind: "distribution" as const };
      const expectations = { accounts, retired: [], images: [], registry };
      // What the fake lets everybody do fails checks: these are not about that.
      await verification.provider.create(inputs(zot, expectations)).catch((error: unknown) => {
        assert.doesNotMatch(String(error), /storage/);
      });
      assert.deepEqual(zot.tags(), [sentinel]);
    });
  });
});
