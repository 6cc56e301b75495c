import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findLanguageHost } from "../../src/facts/pulumi";
import { useScratch } from "../images/scratch";

describe("what runs programs on Node", () => {
  const scratch = useScratch();
  const program = (folder: string, name: string) => {
    mkdirSync(scratch(folder), { recursive: true });
    const path = join(scratch(folder), name);
    writeFileSync(path, "", { mode: 0o755 });
    return path;
  };

  it("is found on PATH, beside the command, and beside what a link to it leads to", () => {
    const bare = program("bare", "pulumi");
    const whole = program("whole", "pulumi");
    const host = program("whole", "pulumi-language-nodejs");
    mkdirSync(scratch("links"));
    symlinkSync(whole, scratch("links/pulumi"));
    assert.equal(findLanguageHost(bare, scratch("bare")), undefined);
    assert.equal(findLanguageHost(bare, scratch("whole")), host);
    assert.equal(findLanguageHost(whole, ""), host);
    assert.equal(findLanguageHost(scratch("links/pulumi"), ""), host);
  });
});
