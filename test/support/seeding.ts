import { readArchive } from "../../src/images/archives/archive";
import { canonicalConfigDigest } from "../../src/images/imageConfig";
import { writeDemoArchive, type DemoImage } from "../../src/images/archives/demoArchive";
import type { SeedPlatform } from "../../src/seeding/findImage";
import { programRuns } from "../../src/resources/ending";
import { progress } from "../../src/resources/progress";
import { seed, type SeedInputs, type SeedOutputs } from "../../src/resources/seed";

/** Writes an archive and gives its line of the lock. */
export async function lockedPlatform(
  path: string,
  image: Partial<DemoImage> & { platform: string },
): Promise<SeedPlatform> {
  await writeDemoArchive(path, { repoTag: "demo/app:1", ...image });
  const { imageId, config } = await readArchive(path);
  return {
    platform: image.platform,
    archive: path,
    imageId,
    config: canonicalConfigDigest(config),
  };
}

/** The inputs of a seed at `url`, as an admin whose password is "secret". */
export function seedInputs(
  url: string,
  rest: Pick<SeedInputs, "platforms"> & Partial<SeedInputs>,
): SeedInputs {
  return {
    endpoint: { via: "address", url },
    credentials: { username: "admin", password: "secret" },
    repository: "team/app",
    tags: ["1.0", "latest"],
    compression: "zstd",
    onMoved: "restore",
    onRemove: "keep",
    ...rest,
  };
}

// Tests tell of themselves.
progress.say = () => undefined;

export const create = async (inputs: SeedInputs): Promise<SeedOutputs> =>
  (await seed.provider.create(inputs)).outs;

export const update = async (olds: SeedOutputs, news: SeedInputs): Promise<SeedOutputs> =>
  (await seed.provider.update("id", olds, news)).outs;

export const refresh = async (outs: SeedOutputs): Promise<SeedOutputs> =>
  (await seed.provider.read("id", outs)).props;

/** As where a seed leaves its program. */
export const remove = (outs: SeedOutputs): Promise<void> => {
  programRuns();
  return seed.provider.delete("id", outs);
};

/** Whether the next preview would show an update. */
export const changes = async (olds: SeedOutputs, news: SeedInputs): Promise<boolean> =>
  (await seed.provider.diff("id", olds, news)).changes;
