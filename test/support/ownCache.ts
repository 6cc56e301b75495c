import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Lets what runs in a suite keep what it caches in a folder of its own: call it inside `describe`. The result gives the folder. */
export function useOwnCache(): () => string {
  let folder = "";
  const usual = process.env["XDG_CACHE_HOME"];
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-cache-"));
    process.env["XDG_CACHE_HOME"] = folder;
  });
  after(() => {
    if (usual === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = usual;
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}
