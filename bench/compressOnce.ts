import { readFileSync } from "node:fs";
import { progress } from "../src/resources/progress";
import { seed } from "../src/resources/seed";
import type { SeedPlatform } from "../src/seeding/findImage";
import type { Compression } from "../src/seeding/skopeo";
import { startZot } from "../test/support/registry";
import { seedInputs } from "../test/support/seeding";
import { SeedArchives } from "./seedArchives";

/**
 * Seeds eight docker-archives of 40 MB into four new Zots, one after the other: with layouts that are kept, and straight from the
 * archives each time. Says CPU (ours and skopeo's, not Zot's) and time, and the ratios. Needs `zot` and `skopeo` on PATH.
 */
const registries = 4;
const rounds = Number(process.env["ROUNDS"] ?? 3);

progress.say = () => undefined;
const archives = new SeedArchives();
archives.enterProject(["accra", "lisbon"]);

interface Cost {
  cpu: number;
  wall: number;
}

async function main(): Promise<void> {
  const platforms = await archives.write();
  for (const compression of ["zstd", "gzip"] as const) {
    const found = new Map<string, Cost[]>();
    // By turns, so that what else the machine does meets both alike.
    for (let round = 0; round < rounds; round++) {
      for (const way of ["once", "straight"] as const) {
        archives.forgetPushes();
        // Where no folder can be made, nothing is kept.
        if (way === "straight") process.env["XDG_CACHE_HOME"] = "/dev/null";
        else archives.keepPushes();
        const costs: Cost[] = [];
        for (let n = 0; n < registries; n++) costs.push(await seedAll(platforms, compression));
        const before = found.get(way);
        found.set(
          way,
          before === undefined ? costs : costs.map((cost, n) => least(cost, before[n] ?? cost)),
        );
      }
    }
    report(compression, found.get("once") ?? [], found.get("straight") ?? []);
  }
}

async function seedAll(platforms: SeedPlatform[], compression: Compression): Promise<Cost> {
  const registry = await startZot({ users: { admin: "secret" } });
  try {
    const [cpu, start] = [cpuSeconds(), performance.now()];
    await Promise.all(
      platforms.map(async (platform, n) => {
        const { outs } = await seed.provider.create(
          seedInputs(registry.url, {
            repository: `bench/app${n}`,
            tags: ["1"],
            platforms: [platform],
            compression,
          }),
        );
        if (outs.problem !== undefined) throw new Error(outs.problem);
      }),
    );
    return { cpu: cpuSeconds() - cpu, wall: (performance.now() - start) / 1000 };
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

const least = (a: Cost, b: Cost): Cost => ({
  cpu: Math.min(a.cpu, b.cpu),
  wall: Math.min(a.wall, b.wall),
});

function report(compression: string, once: Cost[], straight: Cost[]): void {
  const sum = (costs: Cost[], of: keyof Cost) => costs.reduce((all, cost) => all + cost[of], 0);
  const each = (costs: Cost[], of: keyof Cost) =>
    costs.map((cost) => cost[of].toFixed(2).padStart(6)).join(" ");
  const [first = { cpu: NaN, wall: NaN }, second = first] = once;
  const [alone = first] = straight;
  for (const of of ["cpu", "wall"] as const) {
    process.stdout.write(
      `${compression} ${of}, s: once ${each(once, of)}   straight ${each(straight, of)}\n` +
        `  all: ${(sum(once, of) / sum(straight, of)).toFixed(2)} of straight; ` +
        `second: ${(second[of] / first[of]).toFixed(2)} of the first; ` +
        `first: ${(first[of] / alone[of]).toFixed(2)} of straight\n`,
    );
  }
}

main()
  .catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => {
    archives.remove();
  });
