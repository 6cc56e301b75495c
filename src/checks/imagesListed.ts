import { parseRepositoryTag } from "../images/reference";
import { childTags } from "../seeding/findImage";
import type { Check, CheckContext } from "./check";
import { eachImage, nameOf } from "./content";
import { failed, late, noAdmin, nothingDeclared, passed, skipped, tell } from "./outcomes";

/** Small enough that a registry of some size is read over several pages, which is where lists go wrong. */
const pageSize = 100;

const catalogReadable: Check = {
  code: "ZF301",
  title: "the catalog is readable and whole",
  hint: "A seeded repository is not in the catalog: was the storage replaced, or is it still being read?",
  lag: 10_000,
  async run({ content, images, address: { sentinel } }) {
    if (content === undefined) return noAdmin;
    const repositories = new Set<string>();
    for await (const repository of content.client.catalog(pageSize)) repositories.add(repository);
    // It is ours, and no image of anybody's.
    if (sentinel !== undefined) repositories.delete(parseRepositoryTag(sentinel).repository);
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

export const imagesSeeded: Check = {
  code: "ZF302",
  title: "every image was seeded",
  hint: "Correct what the detail says and run the deployment again: it does only what is missing.",
  run({ images }) {
    if (images.length === 0) return Promise.resolve(nothingDeclared("no seeds are declared"));
    return Promise.resolve(
      images.map((image) => {
        const { digest, problem } = image;
        if (problem !== undefined) return failed(problem, nameOf(image));
        return digest === undefined
          ? skipped("no digest is known", nameOf(image))
          : passed(digest, nameOf(image));
      }),
    );
  },
};

const tagsHoldTheirImages: Check = {
  code: "ZF303",
  title: "every seeded tag holds the seeded image",
  hint: "Somebody moved or deleted the tag. `pulumi up --refresh` puts it back, or tells, as the seed's onMoved says.",
  why: "Clusters pull by tag: whoever moves a tag changes what they run. The digest is what was seeded; the tag must still name it.",
  lag: 5_000,
  run: (context) =>
    eachImage(context, async ({ repository, tags, digest: whole, cosignTags = [] }, { client }) => {
      const all = [...tags.map((tag) => ({ tag, digest: whole })), ...cosignTags];
      const found = await Promise.all(
        all.map(({ tag, digest }) => {
          const subject = `${repository}:${tag}`;
          return tell(async () => {
            const held = await client.headManifest(repository, tag);
            if (held === undefined) return late(absent(digest), subject);
            return digest === undefined || held.digest === digest
              ? passed(held.digest, subject)
              : failed(`${held.digest}, should be ${digest}`, subject);
          }, subject);
        }),
      );
      return found.flat();
    }),
};

const absent = (digest: string | undefined) =>
  digest === undefined ? "absent" : `absent, should be ${digest}`;

export const nothingElse: Check = {
  code: "ZF307",
  title: "seeded repositories hold nothing else",
  hint: "Delete the tags, declare them as seeds, or set zot-fleet:checks.extraContent to false.",
  async run(context) {
    if (context.limits?.extraContent !== true) return skipped("not asked for: checks.extraContent");
    const { content } = context;
    if (content === undefined) return noAdmin;
    const declared = declaredTags(context);
    if (declared.size === 0) return nothingDeclared("no image is seeded");
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

/** The tags that seeding makes in each repository: those declared, one for each platform of several archives, and cosign's. */
function declaredTags({ images }: CheckContext): Map<string, Set<string>> {
  const declared = new Map<string, Set<string>>();
  for (const { repository, tags, platforms, cosignTags } of images) {
    const known = declared.get(repository) ?? new Set<string>();
    const children =
      cosignTags !== undefined
        ? cosignTags.map(({ tag }) => tag)
        : platforms.length > 1
          ? childTags({ tags, platforms: platforms.map((platform) => ({ platform })) })
          : [];
    for (const tag of [...tags, ...children]) known.add(tag);
    declared.set(repository, known);
  }
  return declared;
}

/** What the registry lists of the seeded images; ZF307 runs after the images themselves. */
export const listingChecks: readonly Check[] = [catalogReadable, imagesSeeded, tagsHoldTheirImages];
