import { parsePlatform, samePlatform } from "../images/platform";
import type { Descriptor } from "../registry/client";
import { isStorageAway } from "../registry/errors";
import type { Check, Finding } from "./check";
import { eachImage, nameOf, type Content } from "./content";
import type { ExpectedImage } from "./expectations";
import { failed, late, nothingDeclared, passed, skipped } from "./outcomes";
import { sizeText } from "../render/size";

const platformsHeld: Check = {
  code: "ZF304",
  title: "every image has its platforms, each with a readable config",
  hint: "The image cannot be pulled on nodes of that platform. Seed it again: `pulumi up --refresh`.",
  why: 'A node takes the image of its own platform out of an index. Where it is missing the pull fails on that node alone, with "no match for platform in manifest".',
  lag: 5_000,
  run: (context) => eachImage(context, lookAtPlatforms),
};

async function lookAtPlatforms(image: ExpectedImage, content: Content): Promise<Finding> {
  const { repository, platforms } = image;
  const subject = nameOf(image);
  if ((await content.ofImage(image)) === undefined) {
    return late(`there is no manifest ${image.digest ?? ""}`.trimEnd(), subject);
  }
  const found: string[] = [];
  for (const held of await content.platformImages(image)) {
    const platform = await platformOf(content, repository, held);
    if (typeof platform !== "string") return failed(platform.problem, subject);
    found.push(platform);
  }
  const missing = platforms.filter(
    (promised) => !found.some((each) => samePlatform(parsePlatform(promised), parsePlatform(each))),
  );
  const has = found.join(", ") || "no platform";
  return missing.length === 0
    ? passed(has, subject)
    : failed(`${has}; ${missing.join(", ")} is missing`, subject);
}

async function platformOf(
  content: Content,
  repository: string,
  held: Parameters<Content["platform"]>[1],
): Promise<string | { problem: string }> {
  const { digest } = held.config;
  try {
    return (
      (await content.platform(repository, held)) ?? { problem: `there is no config ${digest}` }
    );
  } catch (error) {
    if (isStorageAway(error)) throw error;
    return { problem: `the config ${digest}: ${error instanceof Error ? error.message : "?"}` };
  }
}

const MiB = 1024 * 1024;

const layersWhole: Check = {
  code: "ZF305",
  title: "the first layer of every image is readable and whole",
  hint: "The storage lost or changed a blob: look at the disk and at Zot's scrub extension, delete the manifest, and seed the image again.",
  why: "A manifest can be there while its bytes are not: a pull then fails half way. The first layer of each image is read and hashed, which a listing does not do.",
  run(context) {
    const { layerBytes = 256 * MiB, allLayersBytes = 1024 * MiB } = context.limits ?? {};
    const budget = new Budget(layerBytes, allLayersBytes);
    return eachImage(context, async (image, content) => {
      const images = await content.platformImages(image);
      if (images.length === 0) return skipped("there is no manifest to read", nameOf(image));
      const layers = images.flatMap(({ firstLayer }) => firstLayer ?? []);
      if (layers.length === 0) return skipped("it has no layer", nameOf(image));
      const found: Finding[] = [];
      for (const layer of layers) found.push(await readLayer(image, layer, content, budget));
      return found;
    });
  },
};

/** How much is read in one run: a check after every deployment must not pull every image there is. */
class Budget {
  readonly #each: number;
  #left: number;

  constructor(each: number, all: number) {
    this.#each = each;
    this.#left = all;
  }

  /** Why `size` bytes are not read; undefined where they are, and are taken off. */
  take(size: number): string | undefined {
    if (size > this.#each) return `layers of more than ${sizeText(this.#each)} are not read`;
    if (size > this.#left) return "as much as one run reads was read";
    this.#left -= size;
    return undefined;
  }
}

async function readLayer(
  image: ExpectedImage,
  { digest, size }: Descriptor,
  { client }: Content,
  budget: Budget,
): Promise<Finding> {
  const subject = nameOf(image);
  const unread = budget.take(size);
  const found =
    unread === undefined
      ? await client.verifyBlob(image.repository, digest, size)
      : await client.headBlob(image.repository, digest);
  if (found === undefined) return failed(`there is no layer ${digest}`, subject);
  if (found.size !== size) {
    return failed(`${digest} has ${found.size} bytes, its manifest says ${size}`, subject);
  }
  return unread === undefined
    ? passed(`${digest}, ${sizeText(size)}`, subject)
    : skipped(`${digest} is there with its ${sizeText(size)}, unread: ${unread}`, subject);
}

const childrenHeld: Check = {
  code: "ZF306",
  title: "every index has all its children",
  hint: "Garbage collection or a person deleted a child: seed the image again with `pulumi up --refresh`.",
  why: "Garbage collection takes children that no tag holds once gcDelay is over. Seeding gives every child a tag of its own, so that it stays.",
  async run(context) {
    const findings = await eachImage(context, async (image, content): Promise<Finding[]> => {
      const held = await content.ofImage(image);
      if (held?.kind !== "index") return [];
      const subject = nameOf(image);
      const missing: string[] = [];
      for (const { digest, size } of held.children) {
        const child = await content.client.headManifest(image.repository, digest);
        if (child === undefined) missing.push(`${digest} is gone`);
        else if (child.size !== size)
          missing.push(`${digest} has ${child.size} bytes, not ${size}`);
      }
      return [
        missing.length === 0
          ? passed(`${held.children.length} of ${held.children.length}`, subject)
          : failed(missing.join(", "), subject),
      ];
    });
    if (findings.length > 0) return findings;
    return context.images.some(({ platforms }) => platforms.length > 1)
      ? skipped("no seeded index could be read")
      : nothingDeclared("no seeded image is an index");
  },
};

/** Whether what the tags name can be pulled. */
export const wholenessChecks: readonly Check[] = [platformsHeld, layersWhole, childrenHeld];
