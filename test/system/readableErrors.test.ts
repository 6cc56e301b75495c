import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../..");
/** What Pulumi does to an error that a program ends with. */
const inspects = `
  const { inspect } = require("node:util");
  process.on("unhandledRejection", (error) => console.log(inspect(error, { colors: true })));
`;
/** A stack as Pulumi's source maps make it. */
const fails = `
  const error = new Error("the stack file is wrong");
  error.stack = "Error: the stack file is wrong\\n    at program (/fleet/src/index.ts:1:2)\\n    at Stack.run (/fleet/node_modules/@pulumi/resource.ts:1598:22)";
  void Promise.reject(error);
`;

describe("errors that the program ends with", () => {
  it("are printed, though a frame of Pulumi's stands in their stack", () => {
    const ours = `require("./src/system/readableErrors").readableErrors();`;
    const { stdout, status } = spawnSync(
      process.execPath,
      // What never ends takes all memory: it may not take this machine's.
      ["--max-old-space-size=200", "--require", "tsx/cjs", "-e", inspects + ours + fails],
      { cwd: root, encoding: "utf8", timeout: 30_000 },
    );
    assert.equal(status, 0, stdout);
    assert.match(stdout, /the stack file is wrong[\s\S]*src\/index\.ts:1:2/);
    assert.doesNotMatch(stdout, /node_modules/);
  });
});
