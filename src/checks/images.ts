import pLimit from "p-limit";
import type { CheckContext, ExpectedImage, Finding } from "./check";
import type { Content } from "./content";
import { noAdmin, skipped, tell } from "./outcomes";

/** Images looked at together. The client has its own limit for requests; this one bounds what is held in memory. */
const atOnce = 64;

/** The images that there is something to look at: an image that could not be seeded is told once, by ZF302. */
export function seededImages({ images }: Pick<CheckContext, "images">): ExpectedImage[] {
  return images.filter(({ problem }) => problem === undefined);
}

/** `repository:tag` of an image's first tag, by which it is known. */
export const nameOf = ({ repository, tags }: ExpectedImage) =>
  `${repository}:${tags[0] ?? "latest"}`;

/** Looks at every seeded image, some at a time; an image whose request fails is a failure of its own. */
export async function eachImage(
  context: CheckContext,
  look: (image: ExpectedImage, content: Content) => Promise<Finding | Finding[]>,
): Promise<Finding[]> {
  const { content } = context;
  if (content === undefined) return [noAdmin];
  const images = seededImages(context);
  if (images.length === 0) return [skipped("no image is seeded")];
  const limit = pLimit(atOnce);
  const findings = await Promise.all(
    images.map((image) => limit(() => tell(() => look(image, content), nameOf(image)))),
  );
  return findings.flat();
}
