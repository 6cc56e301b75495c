import { isTag, allowed as allowedIn } from "../images/reference";
import { childTags } from "../seeding/findImage";
import type { Problem } from "./problem";
import { seedSchema, type SeedConfig } from "./seeds";
import { found, pathText } from "./words";

/** A seed that is right in itself, with its place in the stack file. */
interface Placed {
  readonly index: number;
  readonly seed: SeedConfig;
}

/**
 * Where seeds get in each other's way: a tag declared twice, a tag that a platform of another (or the same)
 * seed needs for itself, an archive that stands for two platforms. Looks at a raw list; seeds that are wrong in
 * themselves are told elsewhere and left out here.
 */
export function seedClashes(raw: unknown): Problem[] {
  const seeds = (Array.isArray(raw) ? (raw as unknown[]) : []).flatMap((value, index): Placed[] => {
    const { data: seed } = seedSchema.safeParse(value);
    return seed === undefined ? [] : [{ index, seed }];
  });
  // Where each tag was declared first; platforms' own tags come second, as no person wrote them.
  const owners = new Map<string, string>();
  return [
    ...seeds.flatMap((placed) => declaredTwice(placed, owners)),
    ...seeds.flatMap((placed) => platformTagClashes(placed, owners)),
    ...seeds.flatMap(sharedArchives),
  ];
}

/** Each platform of a multi-arch image with the tag that it gets beside those that a person wrote. */
function platformTags({ tags, archives }: SeedConfig): [platform: string, tag: string][] {
  const platforms = Object.keys(archives).map((platform) => ({ platform }));
  if (platforms.length < 2) return [];
  return childTags({ tags, platforms }).map((tag, at) => [platforms[at]?.platform ?? "", tag]);
}

function declaredTwice({ index, seed }: Placed, owners: Map<string, string>): Problem[] {
  return seed.tags.flatMap((tag, position) => {
    const path = pathText(["seeds", index, "tags", position]);
    const owner = claim(owners, seed.image, tag, path);
    return owner === undefined ? [] : [taken(path, `${seed.image}:${tag}`, `declared at ${owner}`)];
  });
}

function platformTagClashes({ index, seed }: Placed, owners: Map<string, string>): Problem[] {
  const path = pathText(["seeds", index, "tags", 0]);
  const tags = platformTags(seed);
  const [tooLong] = tags.filter(([, tag]) => !isTag(tag));
  if (tooLong !== undefined) {
    const [platform, tag] = tooLong;
    const allowed = `a first tag that is short enough to carry the platform: ${allowedIn.tag}`;
    return [{ path, found: `${found(tag)}, the tag of ${platform}`, allowed }];
  }
  return tags.flatMap(([platform, tag]) => {
    const owner = claim(owners, seed.image, tag, `${path} for ${platform}`);
    const what = `${seed.image}:${tag}, which ${platform} needs for itself`;
    return owner === undefined ? [] : [taken(path, what, `taken at ${owner}`)];
  });
}

function sharedArchives({ index, seed }: Placed): Problem[] {
  const owners = new Map<string, string>();
  return Object.entries(seed.archives).flatMap(([platform, path]) => {
    const owner = owners.get(path);
    owners.set(path, owner ?? platform);
    if (owner === undefined) return [];
    return [
      {
        path: pathText(["seeds", index, "archives", platform]),
        found: `${found(path)}, the archive of ${owner} too`,
        allowed: "an archive of its own for each platform",
      },
    ];
  });
}

/** Writes down who has a tag; returns who had it already. */
function claim(
  owners: Map<string, string>,
  image: string,
  tag: string,
  path: string,
): string | undefined {
  const name = `${image}:${tag}`;
  const owner = owners.get(name);
  if (owner === undefined) owners.set(name, path);
  return owner;
}

function taken(path: string, what: string, where: string): Problem {
  return { path, found: `${what}, ${where}`, allowed: "each tag of an image once" };
}
