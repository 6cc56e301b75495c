import assert from "node:assert/strict";
import { failureText } from "../../src/checks/outcomes";
import {
  allHeld,
  localFormats,
  type LocalDocument,
  toTry,
  type LocalReport,
} from "../../src/local/report";

const result = {
  code: "ZF203",
  title: "every account is taken",
  status: "passed",
  detail: "200",
  subject: "ada",
  hint: "Set the password.",
} as const;

const report: LocalReport = {
  folder: "/home/ada/it/.local",
  registry: { url: "http://127.0.0.1:5050", kind: "zot", version: "2.1.18" },
  changes: { create: 5, update: 0, delete: 0, same: 0 },
  seeded: [
    { image: "demo/hello", tags: ["1.0", "latest"], digest: "sha256:a", action: "pushed" },
    { image: "demo/world", tags: ["1.0"], digest: null, action: null },
  ],
  results: [result],
};
const stopped: LocalReport = {
  ...report,
  results: [result, { ...result, status: "failed", detail: "401 | \u001B[31mred\u001B[0m" }],
  problem: "the registry <stopped>\nby itself \u001B[2J",
};
const parsed = (each: LocalReport) => JSON.parse(localFormats.json(each)) as LocalDocument;

describe("the report of npm run local", () => {
  it("is, for programs, the document that they know", () => {
    const { folder: _, results: __, ...rest } = report;
    assert.deepEqual(parsed(report), {
      ...rest,
      checks: { passed: 1, warning: 0, failed: 0, skipped: 0 },
      results: [
        {
          code: "ZF203",
          title: "every account is taken",
          status: "passed",
          detail: "ada: 200",
        },
      ],
    });
    const { results, problem } = parsed(stopped);
    assert.equal(results[1]?.hint, "Set the password.");
    assert.equal(problem, stopped.problem);
  });

  it("names, for a person, the registry, the images and the checks", () => {
    const text = localFormats.table(report);
    assert.match(text, /^Registry {3}http:\/\/127\.0\.0\.1:5050 {2}\(zot 2\.1\.18\)$/m);
    assert.match(text, /--show-password --folder \/home\/ada\/it\/\.local$/m);
    assert.match(text, /^Changes {4}5 created, 0 updated, 0 deleted, 0 as they were$/m);
    assert.match(text, /^ {2}demo\/hello:1\.0,latest +sha256:a {2}pushed$/m);
    assert.match(text, /^ {2}demo\/world:1\.0 +not seeded$/m);
    assert.match(text, /^√ passed {3}ZF203 {2}every account is taken {2}ada: 200$/m);
    assert.match(text, /^1 passed, 0 failed, 0 skipped$/m);
  });

  it("says what to try of what was seeded, and of something where nothing was", () => {
    const reach = "--authfile /home/ada/it/.local/auth.json --tls-verify=false";
    const asked = (seeded: LocalReport["seeded"]) => toTry({ ...report, seeded }).split("\n");
    for (const seeded of [report.seeded, []]) {
      const told = asked(seeded);
      assert.ok(told.includes(`  skopeo inspect ${reach} docker://127.0.0.1:5050/demo/hello:1.0`));
      assert.ok(told.includes(`  skopeo list-tags ${reach} docker://127.0.0.1:5050/demo/hello`));
      assert.match(told.join("\n"), / verify --local --folder \/home\/ada\/it\/\.local$/m);
    }
    assert.doesNotMatch(
      localFormats.table(report),
      /skopeo inspect/,
      "the registry may have ended",
    );
  });

  it("says in every format what stopped the deployment, and steers no terminal and no forge", () => {
    const { json: _, ...forPeople } = localFormats;
    for (const [name, format] of Object.entries(forPeople)) {
      const text = format(stopped);
      assert.match(text, /by itself/, name);
      assert.ok(!text.includes("\u001B"), name);
    }
    assert.match(localFormats.markdown(stopped), /&lt;stopped&gt;/);
    assert.match(localFormats.markdown(stopped), /401 \\\| /);
    assert.match(localFormats.junit(stopped), /tests="3" failures="2"/);
    assert.match(localFormats.junit(report), /tests="1" failures="0"/);
  });

  it("is fine where something passed, nothing failed and nothing stopped it", () => {
    assert.equal(allHeld(report), true);
    assert.equal(allHeld(stopped), false);
    assert.equal(allHeld({ ...report, problem: "stopped" }), false);
    assert.equal(allHeld({ ...report, results: [] }), false);
  });

  it("tells a failure once, and what else stopped the deployment", () => {
    const failed = { ...result, status: "failed", detail: "401" } as const;
    const problem = [
      "zot-fleet:Verification resource 'registry' has a problem:",
      failureText([result, failed]) ?? "",
      "update failed",
    ].join("\n");
    for (const verbose of [false, true]) {
      const text = localFormats.table(
        { ...report, results: [result, failed], problem },
        { verbose },
      );
      assert.equal(text.split("ada: 401").length - 1, 1, text);
      assert.equal(text.split("Set the password.").length - 1, 1, text);
      assert.match(
        text,
        /Stopped: zot-fleet:Verification.*\n1 of 2 checks failed\nupdate failed\n/,
      );
    }
  });
});
