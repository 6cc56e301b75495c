import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./freePort";
import { runLocalOnce, type LocalResult } from "./localRun";
import { skipWithout } from "./skip";

/** A registry of `npm run local` for one suite: a folder and a port of its own. */
export interface LocalSuite {
  kind: "zot" | "distribution";
  folder: string;
  /** The state of its stack. */
  state: string;
  /** The flags that name all this. */
  place: () => string[];
  /** Runs it once, for its JSON, from a checkout. Default: this one. */
  run: (
    args?: readonly string[],
    options?: Parameters<typeof runLocalOnce>[1],
  ) => Promise<LocalResult>;
  /** Every run so far. */
  runs: LocalResult[];
  /** What the registry wrote so far. */
  log: () => string;
}

/** Declares a suite for each kind of registry; skipped where the registry, Pulumi or skopeo is not on PATH. */
export function eachLocalRegistry(title: string, declare: (local: LocalSuite) => void): void {
  for (const [kind, tool] of [
    ["distribution", "docker-registry"],
    ["zot", "zot"],
  ] as const) {
    describe(`npm run local, with ${kind}: ${title}`, function () {
      this.timeout(600_000);
      const folder = mkdtempSync(join(tmpdir(), "local-"));
      const runs: LocalResult[] = [];
      let place: string[] = [];

      before(async function () {
        for (const needed of ["pulumi", "skopeo", tool]) skipWithout(needed, this);
        place = ["--folder", folder, "--registry", kind, "--port", String(await freePort())];
      });
      after(() => {
        rmSync(folder, { recursive: true, force: true });
      });

      declare({
        kind,
        folder,
        state: join(folder, "state/.pulumi/stacks/zot-fleet", `${kind}.json`),
        place: () => place,
        run: async (args = [], options) => {
          const run = await runLocalOnce([...place, ...args], options);
          runs.push(run);
          return run;
        },
        runs,
        log: () => readFileSync(join(folder, kind, "registry.log"), "utf8"),
      });
    });
  }
}

/** The lines of a registry's log that tell of a request which writes. */
export const writesIn = (log: string) =>
  log.split("\n").filter((line) => /"(POST|PUT|PATCH)[" ]/.test(line));
