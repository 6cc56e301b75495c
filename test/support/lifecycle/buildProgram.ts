import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../../..");

/** Makes of the checkout in `folder` what the package holds: compiled as `npm run build` does it, without what only finds mistakes. */
export function buildProgram(folder: string): void {
  const [source, dist] = [join(folder, "src"), join(folder, "dist")];
  cpSync(source, dist, { recursive: true });
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const all = [tsc, "-p", "tsconfig.build.json", "--noCheck", "--declaration", "false"];
  execFileSync(process.execPath, all, { cwd: folder });
  rmSync(source, { recursive: true });
  cpSync(join(dist, "resources"), join(source, "resources"), {
    recursive: true,
    filter: (path) => !/\.[jt]s$/.test(path),
  });
  const settings = join(folder, "Pulumi.yaml");
  writeFileSync(settings, readFileSync(settings, "utf8").replace("src/index.ts", "dist/index.js"));
}
