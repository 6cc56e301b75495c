import { imageTag } from "./findImage";

/** What a tag may do that somebody moved at the registry: be put back, or make the seeding fail. */
export type OnMoved = "restore" | "tell";

/** An image that a registry holds under all its tags. */
export interface SeededImage {
  /** The digest behind every tag: of the manifest, or of the index where there are several platforms. */
  digest: string;
  children: { platform: string; digest: string }[];
  action: "pushed" | "present";
}

/** A tag holds an image that is not ours to replace. */
class MovedTagError extends Error {
  override readonly name = "MovedTagError";
}

/** @throws MovedTagError where a tag holds what is not among `ours` */
export function refuseForeign(
  image: { repository: string },
  tags: readonly { tag: string; digest?: string }[],
  ours: ReadonlySet<string>,
): void {
  const foreign = tags.filter(({ digest }) => digest !== undefined && !ours.has(digest));
  if (foreign.length === 0) return;
  const list = [...new Map(foreign.map(({ tag, digest }) => [tag, digest ?? ""]))]
    .map(([tag, digest]) => `${imageTag(image, tag)} is at ${digest}`)
    .join(", ");
  throw new MovedTagError(
    `${list}, which this stack did not put there, and the seed says onMoved: tell. ` +
      `Set onMoved: restore to replace it, or seed another tag.`,
  );
}
