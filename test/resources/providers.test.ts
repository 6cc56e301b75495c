import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const providers = join(__dirname, "../../src/resources/providers.cjs");
/** As the process of dynamic providers does, which has no loader of TypeScript. */
const call = `require(process.argv[1]).call("seed", "check", [{}, {}])`;

describe("the process of the dynamic providers", () => {
  it("compiles once what it loads: each preview has such a process", () => {
    const folder = mkdtempSync(join(tmpdir(), "providers-"));
    try {
      const compiled = () => {
        execFileSync(process.execPath, ["-e", call, providers], {
          env: { ...process.env, NODE_OPTIONS: "", TMPDIR: folder },
        });
        return readdirSync(folder, { recursive: true }).length;
      };
      const first = compiled();
      assert.ok(first > 5, `${first} files were compiled`);
      assert.equal(compiled(), first);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
