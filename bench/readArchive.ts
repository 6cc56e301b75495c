import { execFile } from "node:child_process";
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGzip } from "node:zlib";
import { readArchive as read } from "../src/images/archives/archive";
import { writeDemoArchive } from "../src/images/archives/demoArchive";
import { byTurns, measurement, median, secondsOf, type Benchmark } from "./benchmark";
import { asChild, inChild } from "./child";

/** Which image an archive of eight layers of incompressible bytes holds. */
export const readArchive: Benchmark = {
  about: "which image a docker-archive holds, against skopeo inspect",
  tools: ["skopeo"],
  run: async (quick) => {
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    try {
      const path = join(folder, "image.tar");
      const megabytes = quick ? 100 : 1000;
      const image = { platform: "linux/amd64", repoTag: "bench:1", layers: 8 };
      await writeDemoArchive(path, { ...image, sizeBytes: megabytes * 1e6 });
      const zipped = `${path}.gz`;
      await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(zipped));
      const ours = (archive: string) => async () =>
        (await inChild(__filename, { archive })).seconds;
      const theirs = (command: string, args: string[]) => () =>
        secondsOf(() => promisify(execFile)(command, args));
      const found = await byTurns(quick ? 1 : 3, {
        plain: ours(path),
        skopeo: theirs("skopeo", ["inspect", "--config", `docker-archive:${path}`]),
        gzip: ours(zipped),
        // Debian's skopeo reads no archive that is compressed as a whole.
        tar: theirs("tar", ["-tzf", zipped]),
      });
      const of = `an archive of ${megabytes} MB`;
      const figures = (way: string, peer: string, goal: number) => ({
        ours: median(found(way)),
        peer: median(found(peer)),
        goal,
      });
      return [
        measurement(`${of}, against skopeo inspect`, "s", figures("plain", "skopeo", 1)),
        measurement(`${of} with gzip, against tar -tz`, "s", figures("gzip", "tar", 1.5)),
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

asChild(module, ({ archive }: { archive: string }) => read(archive));
