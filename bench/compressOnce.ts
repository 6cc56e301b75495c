import { readFileSync } from "node:fs";
import type { SeedPlatform } from "../src/seeding/findImage";
import type { Compression } from "../src/seeding/skopeo";
import { startZot } from "../test/support/registry";
import { byTurns, measurement, secondsOf, type Benchmark, type Measurement } from "./benchmark";
import { SeedArchives, seedAll } from "./seedArchives";

/** CPU is ours and skopeo's, not Zot's. */
interface Cost {
  cpu: number;
  wall: number;
}

/** The same archives into new Zots, one after the other: with layouts that are kept, and straight from the archives each time. */
export const compressOnce: Benchmark = {
  about: "the second cluster and four clusters, with what is compressed kept and without",
  tools: ["zot", "skopeo"],
  run: async (quick) => {
    const archives = new SeedArchives();
    archives.enterProject(["accra", "lisbon"]);
    try {
      const platforms = await (quick ? archives.write(2, 20) : archives.write(8, 40));
      const results: Measurement[] = [];
      for (const compression of quick ? (["zstd"] as const) : (["zstd", "gzip"] as const))
        results.push(...(await compare(archives, platforms, compression, quick)));
      return results;
    } finally {
      process.chdir("/");
      archives.remove();
    }
  },
};

async function compare(
  archives: SeedArchives,
  platforms: SeedPlatform[],
  compression: Compression,
  quick: boolean,
): Promise<Measurement[]> {
  const registries = quick ? 2 : 4;
  const clusters = async () => {
    archives.forgetPushes();
    const costs: Cost[] = [];
    for (let n = 0; n < registries; n++) costs.push(await oneCluster(platforms, compression));
    return costs;
  };
  const found = await byTurns(quick ? 1 : 3, {
    once: () => {
      archives.keepPushes();
      return clusters();
    },
    straight: () => {
      // Where no folder can be made, nothing is kept.
      process.env["XDG_CACHE_HOME"] = "/dev/null";
      return clusters();
    },
  });
  const best = (way: string, cluster: number, of: keyof Cost) =>
    Math.min(...found(way).map((costs) => costs[cluster]?.[of] ?? NaN));
  const all = (way: string, of: keyof Cost) =>
    Array.from({ length: registries }, (_, n) => best(way, n, of)).reduce(
      (sum, each) => sum + each,
    );
  const second = (of: keyof Cost) => ({ ours: best("once", 1, of), peer: best("once", 0, of) });
  const whole = (of: keyof Cost) => ({ ours: all("once", of), peer: all("straight", of) });
  return [
    measurement(`${compression}: second cluster, against the first`, "s of CPU", {
      ...second("cpu"),
      goal: 0.15,
    }),
    measurement(`${compression}: second cluster, against the first`, "s", second("wall")),
    measurement(`${compression}: ${registries} clusters, against nothing kept`, "s of CPU", {
      ...whole("cpu"),
      goal: 0.5,
    }),
    measurement(`${compression}: ${registries} clusters, against nothing kept`, "s", whole("wall")),
  ];
}

async function oneCluster(platforms: SeedPlatform[], compression: Compression): Promise<Cost> {
  const registry = await startZot({ users: { admin: "secret" } });
  try {
    const before = cpuSeconds();
    const wall = await secondsOf(() => seedAll(registry.url, platforms, compression));
    return { cpu: cpuSeconds() - before, wall };
  } finally {
    await registry.stop();
  }
}

/** What this process and its children that have ended took (proc(5), /proc/pid/stat, fields 14 to 17, in hundredths). */
function cpuSeconds(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
