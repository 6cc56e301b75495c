import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fleetFormats } from "../../../src/reports/status/render/formats";
import { userAgent } from "../../../src/system/version";
import { fleet } from "./fleet";

const example = (name: string) => readFileSync(join(__dirname, "examples", name), "utf8");

describe("a fleet's status, told", () => {
  it("is a table for a person, the same words without a colour", () => {
    const plain = fleetFormats.table(fleet);
    assert.equal(plain, example("status.txt"));
    const colored = fleetFormats.table(fleet, { color: true });
    assert.match(colored, /\u001B\[31m× problems\u001B\[39m/);
    assert.equal(colored.replace(/\u001B\[\d+m/g, ""), plain);
  });

  it("is Markdown for handing over, which stays text", () => {
    assert.equal(fleetFormats.markdown(fleet), example("status.md"));
  });

  it("is JSON for programs, as it is, and says who wrote it", () => {
    assert.deepEqual(JSON.parse(fleetFormats.json(fleet)), {
      version: 1,
      writtenBy: userAgent,
      ...fleet,
    });
  });

  it("says it in a line where there is nothing to see", () => {
    const told = fleetFormats.table({ lookedAt: fleet.lookedAt, stacks: [], images: [] });
    assert.match(told, /\n\n0 stacks: *\n$/);
  });
});
