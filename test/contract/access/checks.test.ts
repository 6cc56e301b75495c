import assert from "node:assert/strict";
import type { DeclaredAccess, ExpectedAccount } from "../../../src/checks/expectations";
import { rightsByRole } from "../../../src/checks/rights";
import { reachable } from "../../../src/checks/reach";
import { runChecks } from "../../../src/checks/runChecks";
import { strangersRefused } from "../../../src/checks/accounts";
import { RegistryClient } from "../../../src/registry/client";
import { configuredZot, password } from "../../support/configuredZot";
import { pushImage } from "../../support/push";
import type { RunningRegistry } from "../../support/registry";
import { closeAll, type Undo } from "../../support/undo";

const accounts: ExpectedAccount[] = [
  { username: "admin", password, role: "admin" },
  { username: "puller-1", password, role: "puller" },
  { username: "ci-1", password, role: "ci" },
];

describe("checks of a registry that is open to read, with a private part", function () {
  const undo: Undo[] = [];
  let zot: RunningRegistry;
  let access: DeclaredAccess;

  before(async function () {
    const started = await configuredZot(this, {
      access: {
        tier: "read-public",
        moving: ["latest"],
        rules: [{ repositories: "team/**", tier: "private" }],
      },
    });
    ({ zot } = started);
    access = { control: started.config.http.accessControl, version: started.version };
    undo.push(() => zot.stop());
    const credentials = { username: "admin", password };
    const admin = new RegistryClient({ url: zot.url, credentials });
    undo.push(() => admin.close());
    await pushImage(admin, "team/app", "latest");
    await pushImage(admin, "open/app", "latest");
  });

  after(() => closeAll(undo));

  async function look(repository: string, declared?: DeclaredAccess) {
    const images = [{ repository, tags: ["latest"], platforms: [] }];
    const results = await runChecks(
      [reachable, strangersRefused, rightsByRole],
      { url: zot.url },
      { accounts, retired: [], images, ...(declared === undefined ? {} : { access: declared }) },
      { patienceMs: 0 },
    );
    return results
      .filter(({ code }) => code !== reachable.code)
      .map(({ code, status, subject = "" }) => `${code} ${subject} ${status}`);
  }

  it("pass where it is as declared: CI moves latest, strangers stay out of the private part", async () => {
    assert.deepEqual(await look("team/app", access), [
      "ZF201  passed",
      "ZF205 admin passed",
      "ZF205 puller-1 passed",
      "ZF205 ci-1 passed",
    ]);
  });

  it("have nothing to refuse strangers where all images are for everybody", async () => {
    const [strangers] = await look("open/app", access);
    assert.equal(strangers, "ZF201  skipped");
  });

  it("fail where more is allowed than was declared", async () => {
    assert.deepEqual(await look("open/app"), [
      "ZF201  failed",
      "ZF205 admin passed",
      "ZF205 puller-1 passed",
      "ZF205 ci-1 failed",
    ]);
  });
});
