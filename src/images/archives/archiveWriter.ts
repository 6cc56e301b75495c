import { sha256 } from "../digest";
import { contentOf, TarWriter, type Content } from "./tarWriter";

/** What goes into a docker-archive. */
export interface ArchiveContent {
  /** Uncompressed layer tars, the lowest first. A layer that is there twice is written once. */
  layers: readonly Content[];
  /** Makes the image config, given the layers' digests; a string is written as it is. */
  config: (diffIds: string[]) => object | string;
  repoTags: readonly string[];
}

/** What was written: the image's ID and the digests of its layers. */
export interface WrittenArchive {
  imageId: string;
  diffIds: string[];
}

/** Writes a docker-archive as skopeo lays it out: `<hex>.tar` for each layer, `<hex>.json`, and `manifest.json` at the end. */
export async function writeDockerArchive(
  path: string,
  image: ArchiveContent,
): Promise<WrittenArchive> {
  const tar = await TarWriter.create(path);
  try {
    const layers: string[] = [];
    for (const layer of image.layers) layers.push(await tar.add(layer, (hex) => `${hex}.tar`));
    const diffIds = layers.map((hex) => `sha256:${hex}`);
    const made = image.config(diffIds);
    const config = typeof made === "string" ? made : JSON.stringify(made);
    const id = await tar.add(contentOf(config), (hex) => `${hex}.json`);
    const manifest = [
      { Config: `${id}.json`, RepoTags: image.repoTags, Layers: layers.map((hex) => `${hex}.tar`) },
    ];
    await tar.add(contentOf(JSON.stringify(manifest)), () => "manifest.json");
    await tar.end();
    return { imageId: sha256(config), diffIds };
  } catch (error) {
    await tar.close();
    throw error;
  }
}
