import { asAdmin, type Check } from "./check";
import { failed, passed, skipped } from "./outcomes";

export const catalogReadable: Check = {
  code: "ZF301",
  title: "the catalog is readable and whole",
  hint: "A seeded repository is not in the catalog: was the storage replaced, or is it still being read?",
  lag: 10_000,
  async run(context) {
    const client = asAdmin(context);
    if (client === undefined) return skipped("no admin's password is known");
    const repositories = new Set<string>();
    for await (const repository of client.catalog()) repositories.add(repository);
    const missing = context.images
      .filter(({ digest, repository }) => digest !== undefined && !repositories.has(repository))
      .map(({ repository }) => repository);
    return missing.length === 0
      ? passed(`${repositories.size} repositories`)
      : failed(`${repositories.size} repositories, without ${missing.join(", ")}`);
  },
};
