import { execFile } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { progress } from "../src/resources/progress";
import { seed } from "../src/resources/seed";
import { writeAuthFile } from "../src/local/authFile";
import type { Compression } from "../src/seeding/skopeo";
import { startZot, type RunningRegistry } from "../test/support/registry";
import { seedInputs } from "../test/support/seeding";
import { SeedArchives } from "./seedArchives";

/**
 * Seeds eight docker-archives of 40 MB (slices of Node's own binary: what programs in images look like) into a new Zot
 * each time, beside `skopeo copy` of the same archives in sequence and two at a time, and says the ratios. Needs `zot` and
 * `skopeo` on PATH.
 */
const rounds = 4;

progress.say = () => undefined;
const archives = new SeedArchives();

interface Measured {
  seconds: number;
  megabytes: number;
  /** Of a new state and an empty cache against the registry that holds everything. */
  again?: number;
}

async function main(): Promise<void> {
  const platforms = await archives.write();
  const ours = (compression: Compression) => async (registry: RunningRegistry) => {
    const seedAll = () =>
      Promise.all(
        platforms.map(async (platform, n) => {
          const inputs = seedInputs(registry.url, {
            repository: `bench/app${n}`,
            tags: ["1"],
            platforms: [platform],
            compression,
          });
          const { outs } = await seed.provider.create(inputs);
          if (outs.problem !== undefined) throw new Error(outs.problem);
        }),
      );
    const first = await seconds(seedAll);
    archives.forgetPushes();
    return { first, again: await seconds(seedAll) };
  };
  const skopeo =
    (compression: Compression, parallel: number) => async (registry: RunningRegistry) => {
      const authFile = join(archives.folder, "auth.json");
      writeAuthFile(authFile, registry.host, "admin", "secret");
      const queue = platforms.map(({ archive }, n) => [
        archive,
        `docker://${registry.host}/bench/app${n}:1`,
      ]);
      const worker = async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const options = [
            "--format",
            "oci",
            "--dest-compress-format",
            compression,
            "--dest-tls-verify=false",
            "--authfile",
            authFile,
          ];
          await promisify(execFile)("skopeo", [
            "--insecure-policy",
            "copy",
            ...options,
            `docker-archive:${next[0] ?? ""}`,
            next[1] ?? "",
          ]);
        }
      };
      return { first: await seconds(() => Promise.all(Array.from({ length: parallel }, worker))) };
    };
  const ways: Record<string, Way> = {};
  for (const compression of ["gzip", "zstd"] as const) {
    ways[`zot-fleet, ${compression}`] = ours(compression);
    ways[`skopeo in sequence, ${compression}`] = skopeo(compression, 1);
    ways[`skopeo two at a time, ${compression}`] = skopeo(compression, 2);
  }
  const table: Record<string, Measured> = {};
  // By turns, so that what else the machine does meets all of them alike.
  for (let round = 0; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      table[name] = better(table[name], await measure(way));
    }
  }
  report(table);
}

type Way = (registry: RunningRegistry) => Promise<{ first: number; again?: number }>;

/** One way, with a new registry and no cache. */
async function measure(way: Way): Promise<Measured> {
  archives.forgetPushes();
  const registry = await startZot({ users: { admin: "secret" } });
  try {
    const { first, ...rest } = await way(registry);
    const megabytes = bytesBelow(join(registry.folder, "storage")) / 1e6;
    return { seconds: first, megabytes, ...rest };
  } finally {
    await registry.stop();
  }
}

function better(known: Measured | undefined, found: Measured): Measured {
  if (known === undefined) return found;
  const again = Math.min(known.again ?? Infinity, found.again ?? Infinity);
  return {
    ...(found.seconds < known.seconds ? found : known),
    ...(Number.isFinite(again) ? { again } : {}),
  };
}

function report(table: Record<string, Measured>): void {
  const lines = Object.entries(table).map(
    ([name, { seconds, megabytes, again }]) =>
      `${name.padEnd(32)} ${seconds.toFixed(2).padStart(6)} s ${megabytes.toFixed(0).padStart(5)} MB stored` +
      (again === undefined
        ? ""
        : `   again, new state, no cache: ${again.toFixed(3)} s, 1/${(seconds / again).toFixed(0)}`),
  );
  for (const compression of ["gzip", "zstd"]) {
    const [ours, ...theirs] = ["zot-fleet", "skopeo in sequence", "skopeo two at a time"].map(
      (name) => table[`${name}, ${compression}`]?.seconds ?? NaN,
    );
    lines.push(
      `${compression}: zot-fleet takes ${((ours ?? NaN) / Math.min(...theirs)).toFixed(2)} of the faster skopeo`,
    );
  }
  const [gzip, zstd] = ["gzip", "zstd"].map((compression) => table[`zot-fleet, ${compression}`]);
  if (gzip && zstd) {
    lines.push(
      `zstd against gzip: ${(zstd.seconds / gzip.seconds).toFixed(2)} of the time, ${(zstd.megabytes / gzip.megabytes).toFixed(2)} of the stored bytes`,
    );
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function bytesBelow(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

main()
  .catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => {
    archives.remove();
  });
