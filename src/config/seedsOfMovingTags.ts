import { ConfigError, type Problem } from "./problem";
import { tagsOf } from "./seeds";
import type { StackConfig } from "./stack";
import { pathText } from "./words";

type Declared = Pick<StackConfig, "access" | "seeds">;

const moving = pathText(["access", "moving"]);

/**
 * Seeds that would take a tag back from whoever may move it: each deployment undoes CI's push, and the manifest that the tag
 * had is gone with it, because Zot keeps none that lost its last tag.
 *
 * @throws ConfigError in a stack that is new
 */
export function refuseSeedsOfMovingTags(config: Declared, existing: boolean): void {
  const problems = existing ? [] : problemsOf(config);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** The same in a stack that was deployed so before: warnings at every preview. */
export function seedsOfMovingTagsWarnings(config: Declared, existing: boolean): string[] {
  if (!existing) return [];
  return problemsOf(config).map(
    ({ path, found, allowed }) =>
      `${path}: ${found}: every seeding undoes what CI pushed, and Zot drops the image. A new stack would be refused; set ${allowed}`,
  );
}

function problemsOf({ access, seeds }: Declared): Problem[] {
  return seeds.flatMap((seed, index): Problem[] => {
    const { onMoved } = seed;
    const seeded = new Set(tagsOf(seed));
    const both = access.moving.filter((tag) => seeded.has(tag));
    if (onMoved !== "restore" || both.length === 0) return [];
    return [
      {
        path: pathText(["seeds", index, "onMoved"]),
        found: `restore (the default) for ${both.join(", ")}, which ${moving} lets whoever may push move`,
        allowed: `onMoved: tell, or tags that are not in ${moving}`,
      },
    ];
  });
}
