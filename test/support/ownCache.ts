import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

/** Lets a suite work in the project of a fleet, whose stacks have these names: call it inside `describe`. */
export function useFleet(...stacks: string[]): void {
  let here = "";
  let folder = "";
  before(() => {
    here = process.cwd();
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-project-"));
    mkdirSync(join(folder, "stacks"));
    for (const name of ["Pulumi.yaml", ...stacks.map((stack) => `stacks/Pulumi.${stack}.yaml`)])
      writeFileSync(join(folder, name), "");
    process.chdir(folder);
  });
  after(() => {
    process.chdir(here);
    rmSync(folder, { recursive: true, force: true });
  });
}
