import type { ImageFacts, Snapshot } from "./snapshot";
import { errorOf, namesOf } from "./text";
import { wantedIn } from "./wanted";

/** The images whose push an error says is denied: over what is there already, or new ones. */
export function deniedPushes(
  snapshot: Snapshot,
  which: "over" | "new",
): { name: string; image: ImageFacts | undefined }[] {
  const text = errorOf(snapshot);
  if (!/denied|\b403\b|forbidden/i.test(text)) return [];
  const { images } = snapshot.registry;
  return wantedIn(text, namesOf(snapshot.registry))
    .map(({ repository, reference }) => ({
      name: `${repository}:${reference}`,
      image: images.find((each) => each.repository === repository && each.reference === reference),
    }))
    .filter(({ image }) => (image?.digest !== undefined) === (which === "over"));
}
