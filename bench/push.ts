import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { writeAuthFile } from "../src/local/authFile";
import type { SeedPlatform } from "../src/seeding/findImage";
import type { Compression } from "../src/seeding/skopeo";
import { startZot, type RunningRegistry } from "../test/support/registry";
import { byTurns, measurement, secondsOf, type Benchmark, type Measurement } from "./benchmark";
import { SeedArchives, seedAll } from "./seedArchives";

/**
 * Docker-archives into a new Zot each time, as a deployment seeds them and as people push them by hand; then once more, from a
 * machine that never pushed, where all of them are there.
 */
export const push: Benchmark = {
  about: "a first push, and one of what is there, against skopeo and crane",
  tools: ["zot", "skopeo", "crane"],
  run: async (quick) => {
    const archives = new SeedArchives();
    try {
      const [count, megabytes] = quick ? [4, 10] : [8, 40];
      const platforms = await archives.write(count, megabytes);
      const small = await archives.write(count, megabytes / 10);
      const found = await byTurns(quick ? 1 : 4, {
        ...ways(archives, platforms),
        "a tenth of the bytes": () =>
          first(archives, (registry) => seedAll(registry.url, small, "zstd")),
      });
      const best = (way: string) => Math.min(...found(way));
      return report(best, `${count} archives of ${megabytes} MB`);
    } finally {
      archives.remove();
    }
  },
};

type Seconds = () => Promise<number>;

function ways(archives: SeedArchives, platforms: SeedPlatform[]): Record<string, Seconds> {
  const all: Record<string, Seconds> = {};
  for (const compression of ["gzip", "zstd"] as const) {
    all[`ours, ${compression}`] = () =>
      first(archives, ({ url }) => seedAll(url, platforms, compression));
    for (const atOnce of [1, 2])
      all[`skopeo -P${atOnce}, ${compression}`] = () =>
        first(archives, (registry) =>
          pushEach(platforms, atOnce, bySkopeo(archives, registry, compression)),
        );
  }
  all["crane -P2"] = () =>
    first(archives, (registry) => pushEach(platforms, 2, byCrane(archives, registry)));
  all["again"] = () => again(archives, platforms);
  return all;
}

/** Into a new registry, from a machine that never pushed. */
function first(
  archives: SeedArchives,
  work: (registry: RunningRegistry) => Promise<unknown>,
): Promise<number> {
  archives.forgetPushes();
  return withZot((registry) => secondsOf(() => work(registry)));
}

/** What it takes to find that all is there, with a new state and nothing kept. */
function again(archives: SeedArchives, platforms: SeedPlatform[]): Promise<number> {
  return withZot(async ({ url }) => {
    await seedAll(url, platforms, "zstd");
    archives.forgetPushes();
    return secondsOf(() => seedAll(url, platforms, "zstd"));
  });
}

async function withZot<Result>(
  work: (registry: RunningRegistry) => Promise<Result>,
): Promise<Result> {
  // crane pushes Docker's types.
  const http = { compat: ["docker2s2"] };
  const registry = await startZot({ users: { admin: "secret" }, config: { http } });
  try {
    return await work(registry);
  } finally {
    await registry.stop();
  }
}

const pushEach = (
  platforms: SeedPlatform[],
  atOnce: number,
  one: (archive: string, repository: string) => Promise<unknown>,
) => {
  const limit = pLimit(atOnce);
  return Promise.all(platforms.map(({ archive }, n) => limit(() => one(archive, `bench/app${n}`))));
};

const run = promisify(execFile);

function bySkopeo({ folder }: SeedArchives, registry: RunningRegistry, compression: Compression) {
  const authFile = join(folder, "auth.json");
  writeAuthFile(authFile, registry.host, "admin", "secret");
  const options = ["--format", "oci", "--dest-compress-format", compression];
  const to = ["--dest-tls-verify=false", "--authfile", authFile];
  return (archive: string, repository: string) => {
    const places = [`docker-archive:${archive}`, `docker://${registry.host}/${repository}:1`];
    return run("skopeo", ["--insecure-policy", "copy", ...options, ...to, ...places]);
  };
}

function byCrane({ folder }: SeedArchives, { host }: RunningRegistry) {
  const config = join(folder, "crane");
  mkdirSync(config, { recursive: true });
  const auth = Buffer.from("admin:secret").toString("base64");
  writeFileSync(join(config, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
  const env = { ...process.env, DOCKER_CONFIG: config };
  return (archive: string, repository: string) =>
    run("crane", ["push", archive, `${host}/${repository}:1`], { env });
}

function report(best: (way: string) => number, what: string): Measurement[] {
  const compare = (name: string, ours: string, peers: string[], goal: number | null) => {
    const peer = peers.toSorted((a, b) => best(a) - best(b))[0] ?? "";
    const figures = { ours: best(ours), peer: best(peer), goal };
    return measurement(`${name}, against ${peer}`, "s", figures);
  };
  const skopeo = (compression: string) => [1, 2].map((n) => `skopeo -P${n}, ${compression}`);
  return [
    // skopeo compresses with gzip where nobody says otherwise, and we with zstd.
    compare(
      `first push of ${what}, by default`,
      "ours, zstd",
      [...skopeo("gzip"), "crane -P2"],
      0.75,
    ),
    compare("first push, both zstd", "ours, zstd", skopeo("zstd"), 1.1),
    compare("first push, both gzip", "ours, gzip", skopeo("gzip"), 1.1),
    compare("push of what is there, new state", "again", ["ours, zstd"], 0.0167),
    compare("first push, ten times the bytes", "ours, zstd", ["a tenth of the bytes"], 10),
  ];
}
