import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { withPrivateDirectory } from "../../src/system/privateDirectory";

describe("a private directory", () => {
  let shared: string;
  const before = process.env["TMPDIR"];
  beforeEach(() => {
    shared = mkdtempSync(join(tmpdir(), "shared-"));
    process.env["TMPDIR"] = shared;
  });
  afterEach(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    rmSync(shared, { recursive: true });
  });

  /** A directory of another process, with what it works with. */
  function left(name: string): string {
    const folder = join(shared, name);
    mkdirSync(folder);
    writeFileSync(join(folder, "auth.json"), "{}");
    return folder;
  }

  it("goes with the work, and so does what a killed process of the same machine left", async () => {
    const ours = await withPrivateDirectory((directory) => Promise.resolve(directory));
    assert.ok(!existsSync(ours));
    // Nothing has this id: Linux and macOS give none above 4,194,304.
    const name = basename(ours).replace(/^(zot-fleet-[0-9a-f]+-)\d+-\d+-/, "$199999999-1-");
    assert.notEqual(name, basename(ours));
    const killed = left(name);
    await withPrivateDirectory(() => Promise.resolve());
    assert.ok(!existsSync(killed));
  });

  it("leaves alone what another container that shares the folder works in, whose process cannot be seen from here", async () => {
    const elsewhere = left("zot-fleet-0123456789ab-99999999-1-live");
    const older = left("zot-fleet-99999999-1-live");
    await withPrivateDirectory(() => Promise.resolve());
    assert.ok(existsSync(join(elsewhere, "auth.json")));
    assert.ok(existsSync(join(older, "auth.json")));
  });
});
