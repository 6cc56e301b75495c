import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArchive } from "../src/images/archives/archive";
import { writeDockerArchive } from "../src/images/archives/archiveWriter";
import { contentOf, tarOf } from "../src/images/archives/tarWriter";
import { canonicalConfigDigest } from "../src/images/imageConfig";
import type { SeedPlatform } from "../src/seeding/findImage";

/** Docker-archives of 40 MB to seed: slices of Node's own binary, which is what programs in images look like. */
const count = 8;
const sizeBytes = 40_000_000;

const cacheOfRoot = "/var/lib/containers/cache";

/** A folder with the archives and with homes, `remove()` it. What skopeo and we keep of a push is in `home` from now on. */
export class SeedArchives {
  readonly folder = mkdtempSync(join(tmpdir(), "bench-"));
  readonly #home = join(this.folder, "home");

  constructor() {
    process.env["HOME"] = this.#home;
    process.env["XDG_DATA_HOME"] = join(this.#home, "data");
    this.keepPushes();
  }

  /** Lets layouts be kept, in `home`. */
  keepPushes(): void {
    process.env["XDG_CACHE_HOME"] = join(this.#home, "cache");
  }

  async write(): Promise<SeedPlatform[]> {
    const platforms: SeedPlatform[] = [];
    for (let n = 0; n < count; n++) platforms.push(await this.#writeOne(n));
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

  async #writeOne(n: number): Promise<SeedPlatform> {
    const archive = join(this.folder, `${n}.tar`);
    const program = readFileSync(process.execPath);
    const offset = Math.floor(((program.length - sizeBytes) / (count - 1)) * n);
    const created = "2024-01-01T00:00:00Z";
    await writeDockerArchive(archive, {
      layers: [tarOf([["usr/bin/app", contentOf(program.subarray(offset, offset + sizeBytes))]])],
      repoTags: [`bench/app${n}:1`],
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
}
