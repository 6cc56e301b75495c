import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeDemoArchive } from "../images/archives/demoArchive";
import { parsePlatform, tagSuffix } from "../images/platform";
import type { SeedDeclaration } from "./seedDeclaration";

const platforms = ["linux/amd64", "linux/arm64"];

/** Writes two small images for two platforms each to `folder` and declares them. The same bytes each time. */
export async function demoImages(folder: string): Promise<SeedDeclaration[]> {
  mkdirSync(folder, { recursive: true });
  return Promise.all(
    ["hello", "world"].map(async (name) => {
      const archives = platforms.map((platform) => [
        platform,
        join(folder, `${name}-${tagSuffix(parsePlatform(platform))}.tar`),
      ]);
      for (const [platform = "", path = ""] of archives) {
        await writeDemoArchive(path, {
          platform,
          repoTag: `demo/${name}:1.0`,
          files: { [`${name}.txt`]: `${name} from ${platform}\n` },
        });
      }
      return {
        image: `demo/${name}`,
        tags: ["1.0", "latest"],
        archives: Object.fromEntries(archives) as Record<string, string>,
      };
    }),
  );
}
