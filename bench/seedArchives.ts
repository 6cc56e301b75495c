import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArchive } from "../src/images/archives/archive";
import { writeDockerArchive } from "../src/images/archives/archiveWriter";
import { tarOf } from "../src/images/archives/tarWriter";
import { canonicalConfigDigest } from "../src/images/imageConfig";
import { progress } from "../src/resources/progress";
import { seed } from "../src/resources/seed";
import type { SeedPlatform } from "../src/seeding/findImage";
import type { Compression } from "../src/seeding/skopeo";
import { seedInputs } from "../test/support/seeding";

const cacheOfRoot = "/var/lib/containers/cache";

/**
 * Docker-archives to seed: slices of Node's own binary, which is what programs in images look like. The folder has homes, too,
 * and what skopeo and we keep of a push is there from now on. `remove()` it.
 */
export class SeedArchives {
  readonly folder = mkdtempSync(join(tmpdir(), "bench-"));
  readonly #home = join(this.folder, "home");

  constructor() {
    progress.say = () => undefined;
    process.env["HOME"] = this.#home;
    process.env["XDG_DATA_HOME"] = join(this.#home, "data");
    this.keepPushes();
  }

  /** Lets layouts be kept, in `home`. */
  keepPushes(): void {
    process.env["XDG_CACHE_HOME"] = join(this.#home, "cache");
  }

  async write(count: number, megabytes: number): Promise<SeedPlatform[]> {
    const program = readFileSync(process.execPath);
    const size = megabytes * 1e6;
    const step = Math.floor(Math.max(0, program.length - size) / count);
    const platforms: SeedPlatform[] = [];
    for (let n = 0; n < count; n++) {
      const archive = join(this.folder, `${megabytes}-${n}.tar`);
      platforms.push(await writeOne(archive, slice(program, step * n, size)));
    }
    return platforms;
  }

  /** Makes this process work in a project of these stacks. */
  enterProject(stacks: readonly string[]): void {
    mkdirSync(join(this.folder, "stacks"));
    for (const name of ["Pulumi.yaml", ...stacks.map((stack) => `stacks/Pulumi.${stack}.yaml`)])
      writeFileSync(join(this.folder, name), "");
    process.chdir(this.folder);
  }

  /** As on a machine that never pushed: what is kept of one push would make the next one a lie. */
  forgetPushes(): void {
    for (const path of [this.#home, ...(process.getuid?.() === 0 ? [cacheOfRoot] : [])])
      rmSync(path, { recursive: true, force: true });
    mkdirSync(this.#home, { recursive: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Seeds every archive into a repository of its own, as a deployment does: all of them at once. */
export async function seedAll(
  url: string,
  platforms: readonly SeedPlatform[],
  compression: Compression,
): Promise<void> {
  await Promise.all(
    platforms.map(async (platform, n) => {
      const { outs } = await seed.provider.create(
        seedInputs(url, {
          repository: `bench/app${n}`,
          tags: ["1"],
          platforms: [platform],
          compression,
        }),
      );
      if (outs.problem !== undefined) throw new Error(outs.problem);
    }),
  );
}

/** `size` bytes of the program, from `offset` on: from its beginning again where it ends. */
function slice(program: Buffer, offset: number, size: number): Buffer[] {
  const parts: Buffer[] = [];
  let left = size;
  for (let from = offset; left > 0; from = 0) {
    const part = program.subarray(from, from + left);
    parts.push(part);
    left -= part.length;
  }
  return parts;
}

async function writeOne(archive: string, parts: readonly Buffer[]): Promise<SeedPlatform> {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const created = "2024-01-01T00:00:00Z";
  await writeDockerArchive(archive, {
    layers: [tarOf([["usr/bin/app", { size, parts }]])],
    repoTags: ["bench/app:1"],
    config: (diffIds) => ({
      created,
      os: "linux",
      architecture: "amd64",
      config: {},
      rootfs: { type: "layers", diff_ids: diffIds },
      history: [{ created }],
    }),
  });
  const { imageId, config } = await readArchive(archive);
  return { platform: "linux/amd64", archive, imageId, config: canonicalConfigDigest(config) };
}
