import { z } from "zod";
import { allowed as allowedIn, isRepository, isTag } from "../images/reference";
import { childTags } from "../seeding/findImage";
import {
  canonicalPlatform,
  commonPlatforms,
  isCanonicalPlatform,
  platformPattern,
  platformRule,
} from "./platform";
import type { Problem } from "./problem";
import { kubernetesLabel } from "./registry";
import { allowedText, textThat } from "./rules";
import { found, nearest, pathText } from "./words";

export const compressionSchema = z
  .enum(["zstd", "gzip"])
  .default("zstd")
  .describe(
    "How layers are compressed when an image is pushed. zstd is faster and smaller; Docker pulls it from 23, containerd from 1.5.",
  );

const platform = z
  .string()
  .regex(platformPattern)
  .superRefine((text, context) => {
    if (isCanonicalPlatform(text)) return;
    const usual = canonicalPlatform(text) ?? nearest(text, commonPlatforms);
    const params = usual === undefined ? {} : { hint: `did you mean ${usual}?` };
    context.addIssue({ code: "custom", params });
  })
  .register(allowedText, { allowed: platformRule });

const path = textThat(
  "the path of a docker-archive, from the program's folder; ~ is not expanded",
  (text) => text.trim() !== "" && !text.startsWith("~") && !/\p{Cc}/u.test(text),
).min(1);

/** Workloads that restart when the digest behind a seed's tag changes. */
const rolloutsSchema = z
  .array(
    z
      .strictObject({
        namespace: kubernetesLabel("a namespace").describe("The workload's namespace."),
        kind: z
          .enum(["Deployment", "StatefulSet", "DaemonSet"])
          .default("Deployment")
          .describe("The workload's kind."),
        name: kubernetesLabel("the workload's name").describe("The workload's name."),
      })
      .describe("A workload that runs the image by its tag."),
  )
  .default([])
  .describe(
    "Workloads that run the image by a tag that moves, such as latest: they restart when the digest behind it changes.",
  );

/** An image that the registry holds after every deployment, and where its bytes come from. */
const seedSchema = z
  .strictObject({
    image: textThat(
      `a repository without registry and tag, such as openclaw/openclaw: ${allowedIn.repository}`,
      isRepository,
    ).describe("The repository: without the registry's name, and without a tag."),
    tags: z
      .array(textThat(`a tag: ${allowedIn.tag}`, isTag))
      .min(1)
      .register(allowedText, { allowed: "a list of tags, at least one" })
      .describe(
        "The tags that name the image. With several platforms, the first also names each of them, as <tag>-<architecture>.",
      ),
    archives: z
      .record(platform, path)
      .refine((archives) => Object.keys(archives).length > 0)
      .register(allowedText, {
        allowed:
          "an object with a docker-archive for each platform, at least one; or from in its place",
      })
      .optional()
      .describe(
        "A docker-archive for each platform, such as linux/amd64: images/openclaw-amd64.tar. Only `up` and `lock` read them.",
      ),
    from: z
      .string()
      .min(1)
      .register(allowedText, { allowed: "the name of a source, where there are no archives" })
      .optional()
      .describe(
        "In place of archives: the source that the image is promoted from, by its name in `sources`, as `promote` locked it.",
      ),
    onMoved: z
      .enum(["restore", "tell"])
      .default("restore")
      .describe(
        "What to do when a tag names another image at the registry: put it back, or only tell. A tag in access.moving needs tell.",
      ),
    onRemove: z
      .enum(["keep", "delete"])
      .default("keep")
      .describe("What happens to the image in the registry when it leaves the stack file."),
    rollouts: rolloutsSchema,
  })
  .superRefine(({ archives, from }, context) => {
    if (archives === undefined && from === undefined)
      context.addIssue({ code: "custom", path: ["archives"] });
    if (archives !== undefined && from !== undefined)
      context.addIssue({ code: "custom", path: ["from"] });
  })
  .describe("An image that the registry holds after every deployment.");

export const seedsSchema = z
  .array(seedSchema)
  .register(allowedText, {
    allowed: "a list of seeds, each an object with image, tags and archives or from",
  })
  .default([])
  .describe("Images that the registry holds after every deployment.");

export type SeedConfig = z.output<typeof seedSchema>;

/** A seed that is made of archives. */
export type ArchiveSeed = SeedConfig & { archives: Record<string, string> };

export const isOfArchives = (seed: SeedConfig): seed is ArchiveSeed => seed.archives !== undefined;

/**
 * All tags that a seed has by the stack file alone: those that a person wrote and, of several archives, one for each platform.
 * What cosign keeps beside a promoted image is known by the lock.
 */
export function tagsOf({ tags, archives = {} }: Pick<SeedConfig, "tags" | "archives">): string[] {
  const platforms = Object.keys(archives).map((platform) => ({ platform }));
  return platforms.length < 2 ? [...tags] : [...tags, ...childTags({ tags, platforms })];
}

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
function platformTags({ tags, archives = {} }: SeedConfig): [platform: string, tag: string][] {
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
  return Object.entries(seed.archives ?? {}).flatMap(([platform, path]) => {
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
