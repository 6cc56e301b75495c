import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { faults } from "../faults/allFaults";
import { looks, type Cell } from "../faults/fault";

const path = join(__dirname, "../faults/README.md");

/** Where a cell is held, in a reader's words. */
function told(cell: Cell): string {
  if (cell === "recovers") return "goes on by itself";
  if ("says" in cell) return "an error, then well";
  return "held" in cell ? `\`${cell.held}\`` : `— ${cell.never}`;
}

function table(): string {
  const rows = faults.map((fault) => [fault.name, ...looks.map((look) => told(fault[look]))]);
  const lines = [["what goes wrong", ...looks], ["---", ...looks.map(() => "---")], ...rows];
  return (
    "# What goes wrong, and what comes of it\n\n" +
    "Each fault is made between a registry and whoever meets it, through `toxiproxy-server` and an HTTP server that answers otherwise,\n" +
    "with Zot and with distribution. `looks.test.ts` seeds, verifies and asks `doctor`; `up.test.ts` deploys with a real engine. An error\n" +
    "names what was asked and what came, has no password and no stack trace, and comes within minutes; once the fault is lifted, one\n" +
    "more try is enough, and a preview after `up` is empty. A path is a test that holds the cell elsewhere; after a dash stands why\n" +
    "there is nothing to hold. This list is written from the table by `ZOT_FLEET_WRITE_EXAMPLES=1 npm run test:unit`.\n\n" +
    lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("")
  );
}

describe("the table of faults", () => {
  it("names tests that are there", () => {
    const held = faults.flatMap((fault) =>
      looks.flatMap((look) => {
        const cell = fault[look];
        return typeof cell === "object" && "held" in cell ? [cell.held] : [];
      }),
    );
    assert.deepEqual(
      held.filter((each) => !existsSync(join(__dirname, "../..", each))),
      [],
    );
    assert.equal(new Set(faults.map(({ name }) => name)).size, faults.length);
  });

  it("is listed as it is", () => {
    if (process.env["ZOT_FLEET_WRITE_EXAMPLES"] === "1") writeFileSync(path, table());
    assert.equal(readFileSync(path, "utf8"), table());
  });
});
