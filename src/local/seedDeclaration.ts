import { resolve } from "node:path";
import { readArchive } from "../images/archives/archive";
import { canonicalConfigDigest } from "../images/imageConfig";
import type { ImageToDeploy } from "../components/seededImages";
import { formatPlatform } from "../images/platform";
import { parseRepositoryTag } from "../images/reference";
import { UserError } from "../system/userError";

/** An image to seed, as a stack file declares it. */
export interface SeedDeclaration {
  image: string;
  tags: string[];
  /** Platform to path of the docker-archive. */
  archives: Record<string, string>;
}

/**
 * Reads `--seed FILE.tar=repository:tag` arguments. Several files for one repository and tag are the platforms of one
 * image, each as its archive says.
 */
export async function parseSeedArguments(seeds: readonly string[]): Promise<SeedDeclaration[]> {
  const declarations = new Map<string, SeedDeclaration>();
  for (const seed of seeds) {
    const separator = seed.lastIndexOf("=");
    if (separator < 1) throw new UserError(`--seed ${seed}: should be FILE.tar=repository:tag`);
    const target = seed.slice(separator + 1);
    const path = resolve(seed.slice(0, separator));
    const { repository, tag } = named(seed, target);
    const platform = formatPlatform((await readArchive(path)).platform);
    const declaration = declarations.get(target) ?? {
      image: repository,
      tags: [tag],
      archives: {},
    };
    if (declaration.archives[platform] !== undefined) {
      throw new UserError(
        `--seed ${seed}: ${target} has an archive for ${platform} already, ${declaration.archives[platform]}`,
      );
    }
    declaration.archives[platform] = path;
    declarations.set(target, declaration);
  }
  return [...declarations.values()];
}

function named(seed: string, target: string) {
  try {
    return parseRepositoryTag(target);
  } catch (error) {
    throw new UserError(
      `--seed ${seed}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The image to seed, with what its archives hold now: on this machine nobody reviews a lock. */
export async function readDeclaration({
  image,
  tags,
  archives,
}: SeedDeclaration): Promise<ImageToDeploy> {
  const platforms = await Promise.all(
    Object.entries(archives).map(async ([platform, archive]) => {
      const { imageId, config } = await readArchive(archive);
      return { platform, archive, imageId, config: canonicalConfigDigest(config) };
    }),
  );
  const life = { onMoved: "restore", onRemove: "keep", rollouts: [] } as const;
  return { repository: image, tags, platforms, ...life };
}
