import assert from "node:assert/strict";
import { warnOnce } from "../../src/render/warnOnce";

describe("warnOnce", () => {
  const write = process.stderr.write.bind(process.stderr);
  afterEach(() => {
    process.stderr.write = write;
  });

  it("says a thing once, on one line, without what steers a terminal", () => {
    const said: string[] = [];
    process.stderr.write = (text) => said.push(String(text)) > 0;
    warnOnce("a\u001B[2Jb\u0007\n\u202Ec");
    warnOnce("a\u001B[2Jb\u0007\n\u202Ec");
    process.stderr.write = write;
    assert.deepEqual(said, ["warning: a[2Jb; c\n"]);
  });
});
