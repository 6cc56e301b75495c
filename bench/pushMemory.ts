import type { SeedPlatform } from "../src/seeding/findImage";
import { startZot } from "../test/support/registry";
import { measurement, type Benchmark } from "./benchmark";
import { asChild, inChild } from "./child";
import { SeedArchives, seedAll } from "./seedArchives";

interface Job {
  url: string;
  platforms: SeedPlatform[];
}

/** The memory of the process that seeds one archive; skopeo, which it starts, is not in it. */
export const pushMemory: Benchmark = {
  about: "memory of a push of 2 GB against one of 40 MB",
  tools: ["zot", "skopeo"],
  run: async (quick) => {
    const archives = new SeedArchives();
    const registry = await startZot({ users: { admin: "secret" } });
    try {
      const peakOf = async (size: number) => {
        const platforms = await archives.write(1, size);
        const job: Job = { url: registry.url, platforms };
        return (await inChild(__filename, job)).megabytes;
      };
      const large = quick ? 100 : 2000;
      const peer = await peakOf(40);
      const ours = await peakOf(large);
      const name = `memory of a push of ${large} MB, against one of 40 MB`;
      return [measurement(name, "MB", { ours, peer, goal: 1.25 })];
    } finally {
      await registry.stop();
      archives.remove();
    }
  },
};

asChild(module, ({ url, platforms }: Job) => seedAll(url, platforms, "zstd"));
