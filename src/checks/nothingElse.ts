import { childTags } from "../seeding/findImage";
import type { Check, CheckContext } from "./check";
import { failed, noAdmin, passed, skipped, tell } from "./outcomes";

export const nothingElse: Check = {
  code: "ZF307",
  title: "seeded repositories hold nothing else",
  hint: "Delete the tags, declare them as seeds, or set zot-fleet:checks.extraContent to false.",
  async run(context) {
    if (context.limits?.extraContent !== true) return skipped("not asked for: checks.extraContent");
    const { content } = context;
    if (content === undefined) return noAdmin;
    const declared = declaredTags(context);
    if (declared.size === 0) return skipped("no image is seeded");
    const found = await Promise.all(
      [...declared].map(([repository, tags]) =>
        tell(async () => {
          const extra: string[] = [];
          for await (const tag of content.client.tags(repository)) {
            if (!tags.has(tag)) extra.push(tag);
          }
          return extra.length === 0
            ? passed(`${tags.size} tags declared`, repository)
            : failed(`also ${extra.sort().join(", ")}`, repository);
        }, repository),
      ),
    );
    return found.flat();
  },
};

/** The tags that seeding makes in each repository: those declared, and one for each platform of several. */
function declaredTags({ images }: CheckContext): Map<string, Set<string>> {
  const declared = new Map<string, Set<string>>();
  for (const { repository, tags, platforms } of images) {
    const known = declared.get(repository) ?? new Set<string>();
    const children =
      platforms.length > 1
        ? childTags({ tags, platforms: platforms.map((platform) => ({ platform })) })
        : [];
    for (const tag of [...tags, ...children]) known.add(tag);
    declared.set(repository, known);
  }
  return declared;
}
