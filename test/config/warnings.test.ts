import assert from "node:assert/strict";
import { parseStackConfig } from "../../src/config/stack";
import { stackWarnings } from "../../src/config/warnings";
import { right } from "./wrongStacks";

const warningsWith = (version: string) =>
  stackWarnings(parseStackConfig({ ...right, zot: { version } }));

describe("stackWarnings", () => {
  it("tells who can move latest with a Zot that lets them", () => {
    const [warning, ...others] = warningsWith("2.1.14");
    assert.match(
      warning ?? "",
      /^zot-fleet:zot\.version: Zot 2\.1\.14 does not know .* came with 2\.1\.15: whoever may push what is new/,
    );
    assert.deepEqual(others, []);
  });

  it("is silent about one that does not", () => {
    assert.deepEqual(warningsWith("2.1.15"), []);
  });
});
