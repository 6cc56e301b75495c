import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allCauses } from "../../src/doctor/allCauses";
import { brokenBy } from "../cluster/doctor/all";

const path = join(__dirname, "../cluster/doctor/README.md");
const titles = new Map(allCauses.map(({ code, title }) => [code, title]));

/** How every situation was broken, from the tests themselves. */
function told(): string {
  const parts = Object.entries(brokenBy).map(([group, situations]) => {
    const items = situations.map(({ codes, title, how, control }) => {
      const named = codes.map((code) => `${code} (${titles.get(code) ?? "?"})`).join(", then ");
      return `- **${title}**: ${how}.\n  Beside it: ${control}.\n  Named first: ${named}.`;
    });
    return `## Broken by ${group}\n\n${items.join("\n")}\n`;
  });
  const head =
    "# What was broken\n\n" +
    "`test/cluster/doctor.test.ts` does this to a real cluster and two registries that this project deployed to it. Each time\n" +
    "`zot-fleet doctor --stack …` is run as its users run it, and must name the cause first, with what it saw; for what is healthy\n" +
    "beside it, it must find nothing. Every command that it prints and that changes nothing is run, and no credential may be in what\n" +
    "it says. This list is written from the tests by `ZOT_FLEET_WRITE_EXAMPLES=1 npm run test:unit`.\n\n";
  return `${head}${parts.join("\n")}`;
}

describe("the situations that doctor is held to", () => {
  it("are at least 18, and three pairs", () => {
    const all = Object.values(brokenBy).flat();
    assert.ok(all.filter(({ codes }) => codes.length === 1).length >= 18);
    assert.ok(all.filter(({ codes }) => codes.length === 2).length >= 3);
    assert.equal(new Set(all.map(({ title }) => title)).size, all.length);
  });

  it("are listed as they are", () => {
    if (process.env["ZOT_FLEET_WRITE_EXAMPLES"] === "1") writeFileSync(path, told());
    assert.equal(readFileSync(path, "utf8"), told());
  });
});
