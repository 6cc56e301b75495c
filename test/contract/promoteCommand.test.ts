import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseReleases } from "../../src/seeding/releases";
import { fleet } from "../cli/fleet";
import { useScratch } from "../images/scratch";
import { here, there, users, usePromotion } from "../support/promotion";
import { pushRelease } from "../support/release";

describe("promote", function () {
  this.timeout(300_000);
  const scratch = useScratch();
  const zots = usePromotion();

  it("is locked by the command alone, which tells what became of a tag", async () => {
    await pushRelease(zots.atAccra, there, "2.0", { content: "first" });
    const folder = scratch("project");
    mkdirSync(`${folder}/stacks`, { recursive: true });
    writeFileSync(`${folder}/Pulumi.yaml`, "name: zot-fleet\n");
    const config = {
      "zot-fleet:cluster": { name: "ottawa", context: "ottawa", domain: "ottawa.example" },
      "zot-fleet:sources": { accra: { url: zots.accra.url, prefix: "fleet", username: "reader" } },
      "zot-fleet:seeds": [{ image: here, tags: ["2.0"], from: "accra" }],
    };
    writeFileSync(`${folder}/stacks/Pulumi.ottawa.yaml`, JSON.stringify({ config }));
    const read = () => readFileSync(`${folder}/stacks/releases.lock`, "utf8");
    const promote = (...args: string[]) =>
      fleet(
        [
          "promote",
          "--from",
          "accra",
          "-s",
          "ottawa",
          "--username",
          "reader",
          "--password-stdin",
          ...args,
        ],
        { cwd: folder, input: users.reader },
      );
    assert.equal((await promote("--check")).code, 1, "nothing is locked yet");
    const first = await promote("team/app:2.0");
    assert.equal(first.code, 0, first.stderr);
    assert.match(
      first.stdout,
      /^\+ added {6}accra team\/app:2\.0: \w{12}…, 2 platforms, 3 signatures, 1 SBOM$/m,
    );
    const text = read();
    assert.ok(parseReleases(text).sources["accra"]?.["team/app"]?.["2.0"]);
    const same = await promote("--check");
    assert.deepEqual([same.code, read()], [0, text], same.stdout + same.stderr);
    await pushRelease(zots.atAccra, there, "2.0", { content: "second" });
    const drifted = await promote("--check");
    assert.deepEqual([drifted.code, read()], [1, text]);
    assert.match(drifted.stdout, /accra team\/app:2\.0: \w{12}… -> \w{12}…, 2 platforms/);
    assert.equal((await promote()).code, 0);
    assert.notEqual(read(), text);
    assert.match((await promote("team/app:9.9")).stderr, /accra has no team\/app:9\.9/);
    assert.equal((await promote("team/app:latest")).code, 1);
    writeFileSync(
      `${folder}/stacks/Pulumi.ottawa.yaml`,
      JSON.stringify({ config }).replace(zots.accra.url, "http://127.0.0.1:9"),
    );
    const away = await promote("--check");
    assert.equal(away.code, 3);
    assert.match(away.stderr, /127\.0\.0\.1:9/);
  });
});
