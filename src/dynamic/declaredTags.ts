import { childTags } from "../oci/lookAtImage";
import type { SeedInputs } from "./seedProvider";

type Declared = Pick<SeedInputs, "endpoint" | "repository" | "tags" | "platforms">;

const declared = new Map<string, Set<string>>();

const keyOf = ({ endpoint, repository }: Declared) => JSON.stringify([endpoint, repository]);

/** A stack file declares these tags: noted at each check, so that a deployment knows all of them before it deletes anything. */
export function declareTags(seed: Declared): void {
  const { tags = [], platforms = [] } = seed as Partial<Declared>;
  const known = declared.get(keyOf(seed)) ?? new Set();
  declared.set(keyOf(seed), known);
  for (const tag of [...tags, ...childTags({ tags, platforms })]) known.add(tag);
}

/**
 * The tags of a seed's repository that the stack file declares now. The same image may be declared under another name of the
 * state: as the second one of its repository, or after its first tag changed.
 */
export const declaredTags = (seed: Declared): ReadonlySet<string> =>
  declared.get(keyOf(seed)) ?? new Set();
