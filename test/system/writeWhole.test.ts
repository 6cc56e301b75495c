import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../../src/system/writeWhole";
import { useScratch } from "../images/scratch";

describe("a file that is written whole", () => {
  const scratch = useScratch();
  const folder = (name: string) => {
    const path = scratch(name);
    mkdirSync(path);
    return path;
  };

  it("is another file than the one that somebody reads, with its mode, and nothing is left beside it", () => {
    const path = join(folder("mode"), "a.prom");
    writeFileSync(path, "before");
    chmodSync(path, 0o604);
    const { ino } = statSync(path);
    writeWhole(path, "after");
    assert.equal(readFileSync(path, "utf8"), "after");
    assert.notEqual(statSync(path).ino, ino);
    assert.equal(statSync(path).mode & 0o777, 0o604);
    assert.deepEqual(readdirSync(scratch("mode")), ["a.prom"]);
  });

  it("is as it was where it cannot be written", () => {
    // Beside it there is no room for a longer name.
    const name = "a".repeat(250);
    const path = join(folder("blocked"), name);
    writeFileSync(path, "before");
    assert.throws(() => {
      writeWhole(path, "after");
    }, /ENAMETOOLONG/);
    assert.equal(readFileSync(path, "utf8"), "before");
    assert.deepEqual(readdirSync(scratch("blocked")), [name]);
  });

  it("stays behind the link that leads to it", () => {
    const [target, link] = [join(folder("link"), "real"), scratch("link/alias")];
    writeFileSync(target, "before");
    symlinkSync("real", link);
    writeWhole(link, "after");
    assert.deepEqual([readlinkSync(link), readFileSync(target, "utf8")], ["real", "after"]);
  });

  it("is written into where it is no file", () => {
    writeWhole("/dev/null", "gone");
    assert.ok(statSync("/dev/null").isCharacterDevice());
  });
});
