import type { Descriptor } from "../registry/client";
import type { Check, ExpectedImage, Finding } from "./check";
import type { Content } from "./content";
import { eachImage, nameOf } from "./images";
import { failed, passed, skipped } from "./outcomes";
import { sizeText } from "../render/size";

const MiB = 1024 * 1024;

export const layersWhole: Check = {
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
      for (const layer of layers) found.push(await read(image, layer, content, budget));
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

async function read(
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
