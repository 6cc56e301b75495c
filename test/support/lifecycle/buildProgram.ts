import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../../..");

/** What was compiled in this process, by the source that it was made of. */
const compiled = new Map<string, string>();

/**
 * Makes of the checkout in `folder` what the package holds: compiled as `npm run build` does it, without what only finds mistakes.
 *
 * @param source what tells this source from others
 */
export function buildProgram(folder: string, source: string): void {
  const [src, dist] = [join(folder, "src"), join(folder, "dist")];
  const known = compiled.get(source);
  if (known === undefined) {
    compile(folder, dist);
    compiled.set(source, keep(dist));
  } else cpSync(known, dist, { recursive: true });
  rmSync(src, { recursive: true });
  cpSync(join(dist, "resources"), join(src, "resources"), {
    recursive: true,
    filter: (path) => !/\.[jt]s$/.test(path),
  });
  const settings = join(folder, "Pulumi.yaml");
  writeFileSync(settings, readFileSync(settings, "utf8").replace("src/index.ts", "dist/index.js"));
}

function compile(folder: string, dist: string): void {
  cpSync(join(folder, "src"), dist, { recursive: true });
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const all = [tsc, "-p", "tsconfig.build.json", "--noCheck", "--declaration", "false"];
  execFileSync(process.execPath, all, { cwd: folder });
}

function keep(dist: string): string {
  const kept = mkdtempSync(join(tmpdir(), "zot-fleet-dist-"));
  cpSync(dist, kept, { recursive: true });
  process.once("exit", () => {
    rmSync(kept, { recursive: true, force: true });
  });
  return kept;
}
