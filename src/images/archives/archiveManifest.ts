import type { ArchiveEntries } from "./archiveEntries";
import { array, field, GoJsonError, object, parseJson, string, strings } from "../goJson";

/** One image in `manifest.json`: the names of its config and layers in the archive (moby, image/tarexport). */
export interface ManifestItem {
  config: string;
  repoTags: string[];
  layers: string[];
}

/** The largest manifest.json that skopeo reads (containers/image, iolimits.MaxTarFileManifestSize). */
const mostManifest = 1024 * 1024;

/** The one image of an archive. Throws `ArchiveError` where there is none or there are several, and for other tars. */
export async function onlyImage(entries: ArchiveEntries): Promise<ManifestItem> {
  if (entries.find("manifest.json") === undefined) throw entries.error(withoutManifest(entries));
  const items = readItems(entries, await entries.readJson("manifest.json", mostManifest));
  const [item] = items;
  if (item === undefined) throw entries.error("no image");
  if (items.length === 1) return item;
  const names = items.map(({ repoTags, config }) => repoTags[0] ?? config).join(", ");
  throw entries.error(`${items.length} images (${names})`);
}

/** As Go reads it, whatever the case of its keys: another one would find another config. */
function readItems(entries: ArchiveEntries, bytes: Buffer): ManifestItem[] {
  try {
    return array(parseJson(bytes, "manifest.json"), "manifest.json").map((each, index) => {
      const item = object(each, `[${index}]`);
      const config = string(field(item, "Config"), `[${index}].Config`);
      if (config === "") throw new GoJsonError(`[${index}] has no Config`);
      return {
        config,
        repoTags: strings(field(item, "RepoTags"), `[${index}].RepoTags`),
        layers: strings(field(item, "Layers"), `[${index}].Layers`),
      };
    });
  } catch (error) {
    if (!(error instanceof GoJsonError)) throw error;
    throw entries.error(`a manifest.json that is none (${error.message})`);
  }
}

function withoutManifest(entries: ArchiveEntries): string {
  if (entries.names.length === 0) return "an empty tar";
  if (entries.find("oci-layout") ?? entries.find("index.json")) {
    return 'an OCI layout without manifest.json ("skopeo copy oci-archive:<this> docker-archive:<file>" converts it)';
  }
  return `a tar without manifest.json (its first entries: ${entries.names.slice(0, 3).join(", ")})`;
}
