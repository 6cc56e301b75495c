import type { Check } from "./check";
import { late, noAdmin, passed } from "./outcomes";

/** Small enough that a registry of some size is read over several pages, which is where lists go wrong. */
const pageSize = 100;

export const catalogReadable: Check = {
  code: "ZF301",
  title: "the catalog is readable and whole",
  hint: "A seeded repository is not in the catalog: was the storage replaced, or is it still being read?",
  lag: 10_000,
  async run({ content, images }) {
    if (content === undefined) return noAdmin;
    const repositories = new Set<string>();
    for await (const repository of content.client.catalog(pageSize)) repositories.add(repository);
    const wanted = new Set(
      images.filter(({ problem }) => problem === undefined).map(({ repository }) => repository),
    );
    const missing = [...wanted].filter((repository) => !repositories.has(repository));
    const size = repositories.size === 1 ? "1 repository" : `${repositories.size} repositories`;
    return missing.length === 0 ? passed(size) : late(`${size}, without ${shortList(missing)}`);
  },
};

/** The first ten; a list of hundreds helps nobody. */
function shortList(names: string[]): string {
  const more = names.length - 10;
  return `${names.slice(0, 10).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
