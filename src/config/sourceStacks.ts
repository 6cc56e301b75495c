import { repositoryAt } from "../seeding/promoted";
import { leftAlone } from "../zot/retention/retentionConfig";
import type { RetentionSettings } from "../zot/retention/settings";
import type { SeedConfig } from "./seeds";
import { hostOf, ownHosts, type SourcesConfig } from "./sources";

/** What a stack file says of where its images come from and how long they stay. */
export interface SourcingStack {
  stack: string;
  cluster: { domain: string; aliases: readonly string[] };
  endpoint?: { url?: string | undefined } | undefined;
  sources: SourcesConfig;
  seeds: readonly SeedConfig[];
  retention?: RetentionSettings | undefined;
}

/** A repository of a stack's registry. */
interface Place {
  stack: SourcingStack;
  repository: string;
}

/**
 * The way of an image from source to source back to where it began, as `ottawa team/app <- accra team/app <- ottawa team/app`;
 * undefined where there is no way back, as far as the stack files know the registries that they name.
 */
export function cycleOf(
  stacks: readonly SourcingStack[],
  stack: SourcingStack,
  image: string,
  from: string,
): string | undefined {
  const begin = { stack, repository: image };
  const way = [begin];
  let next = sourceOf(stacks, begin, from);
  while (next !== undefined) {
    const here: Place = next;
    const again = way.some((each) => isSame(each, here));
    way.push(here);
    if (again)
      return isSame(begin, here)
        ? way.map((each) => `${each.stack.stack} ${each.repository}`).join(" <- ")
        : undefined;
    const seed = here.stack.seeds.find((each) => each.image === here.repository);
    next = seed?.from === undefined ? undefined : sourceOf(stacks, here, seed.from);
  }
  return undefined;
}

/** The stack whose registry is a source, where a stack file of the project says so, with the repository there. */
function sourceOf(
  stacks: readonly SourcingStack[],
  { stack, repository }: Place,
  from: string,
): Place | undefined {
  const source = Object.hasOwn(stack.sources, from) ? stack.sources[from] : undefined;
  if (source === undefined) return undefined;
  const host = hostOf(source.url);
  const other = stacks.find(({ cluster, endpoint }) => ownHosts({ cluster, endpoint }).has(host));
  return other && { stack: other, repository: repositoryAt(source, repository) };
}

const isSame = (one: Place, other: Place) =>
  one.stack.stack === other.stack.stack && one.repository === other.repository;

/**
 * The stack whose rules of retention delete a tag at its source; undefined where none does, as far as the stack files know. What a
 * stack seeds itself stays, and a rule that is tried out deletes nothing.
 */
export function deletedAt(
  stacks: readonly SourcingStack[],
  stack: SourcingStack,
  { image, tag }: { image: string; tag: string },
  from: string,
): string | undefined {
  const source = sourceOf(stacks, { stack, repository: image }, from);
  if (source === undefined) return undefined;
  const { retention, seeds, stack: name } = source.stack;
  const { repository } = source;
  if (
    retention === undefined ||
    retention.dryRun ||
    seeds.some((each) => each.image === repository)
  )
    return undefined;
  const endangered = leftAlone(retention.rules, [{ repository, tags: [tag] }]);
  return endangered.length === 0 ? undefined : name;
}
