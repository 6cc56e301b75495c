import { z } from "zod";
import type { ArchiveEntries } from "./archiveEntries";
import { parseJson } from "./goJson";

const manifestItems = z.array(
  z.object({
    Config: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z.array(z.string()).nullish(),
  }),
);

/** One image in `manifest.json`: the names of its config and layers in the archive (moby, image/tarexport). */
export type ManifestItem = z.infer<typeof manifestItems>[number];

/** The one image of an archive. Throws `ArchiveError` where there is none or there are several, and for other tars. */
export async function onlyImage(entries: ArchiveEntries): Promise<ManifestItem> {
  if (entries.find("manifest.json") === undefined) throw entries.error(withoutManifest(entries));
  const { data: items, error } = manifestItems.safeParse(await readManifest(entries));
  if (error) {
    const problems = z.prettifyError(error).split("\n").join(" ");
    throw entries.error(`a manifest.json that is none (${problems})`);
  }
  const [item] = items;
  if (item === undefined) throw entries.error("no image");
  if (items.length === 1) return item;
  const names = items.map(({ RepoTags, Config }) => RepoTags?.[0] ?? Config).join(", ");
  throw entries.error(`${items.length} images (${names})`);
}

async function readManifest(entries: ArchiveEntries): Promise<unknown> {
  const bytes = await entries.readJson("manifest.json");
  try {
    return parseJson(bytes, "manifest.json");
  } catch (error) {
    throw entries.error((error as Error).message);
  }
}

function withoutManifest(entries: ArchiveEntries): string {
  if (entries.names.length === 0) return "an empty tar";
  if (entries.find("oci-layout") ?? entries.find("index.json")) {
    return 'an OCI layout without manifest.json ("skopeo copy oci-archive:<this> docker-archive:<file>" converts it)';
  }
  return `a tar without manifest.json (its first entries: ${entries.names.slice(0, 3).join(", ")})`;
}
