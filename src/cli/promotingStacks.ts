import type { z } from "zod";
import { cycleOf, deletedAt, type SourcingStack } from "../config/sourceStacks";
import { placeProblems, whyFloating } from "../config/sources";
import { stackSchema } from "../config/stack";
import { readStackFile, stacksWithFiles } from "../config/stackFile";
import { lockedTags, releasesFile, type ReleaseLock } from "../seeding/releases";
import { CliError, exitCodes } from "./failure";
import { say } from "./terminal";

/** An image under a tag, as stack files name it. */
export interface Named {
  image: string;
  tag: string;
}

const asked = stackSchema.pick({
  cluster: true,
  endpoint: true,
  sources: true,
  seeds: true,
  access: true,
  retention: true,
});

/** A stack file, as far as it says where images come from and how long they stay. */
export type PromotingStack = SourcingStack & z.output<typeof asked>;

/** @throws UserError where the file is not there, or says what cannot be */
export const readStack = (project: string, stack: string): PromotingStack => ({
  stack,
  ...readStackFile(project, stack, asked, placeProblems),
});

/** What the other stack files know. One that cannot be read hides neither the others nor what it keeps in the lock. */
export function otherStacks(
  project: string,
  own: string,
): { stacks: PromotingStack[]; whole: boolean } {
  const read = stacksWithFiles(project)
    .filter((name) => name !== own)
    .map((name) => {
      try {
        return readStack(project, name);
      } catch (error) {
        const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
        say(`stacks/Pulumi.${name}.yaml is not looked at: ${first}`);
        return undefined;
      }
    });
  const stacks = read.flatMap((each) => (each === undefined ? [] : [each]));
  return { stacks, whole: stacks.length === read.length };
}

/** @throws CliError with every image that is not to be promoted */
export function refuseWrong(
  wanted: readonly Named[],
  stack: PromotingStack,
  stacks: readonly PromotingStack[],
  from: string,
): void {
  const problems = wanted.flatMap(({ image, tag }) => {
    const floating = whyFloating(tag, stack.access.moving);
    const cycle = cycleOf(stacks, stack, image, from);
    const deletes = deletedAt(stacks, stack, { image, tag }, from);
    return [
      ...(floating === undefined
        ? []
        : [`${image}:${tag}: ${tag} is a tag ${floating}: promote one that stays`]),
      ...(cycle === undefined ? [] : [`${image} goes round in a circle: ${cycle}`]),
      ...(deletes === undefined
        ? []
        : [
            `${image}:${tag}: the retention of ${deletes} deletes it there: keep it by a rule of zot-fleet:retention, or seed it there`,
          ]),
    ];
  });
  if (problems.length === 0) return;
  const list = [...new Set(problems)].map((problem) => `- ${problem}`).join("\n");
  throw new CliError(
    `Not everything can be promoted; ${releasesFile} is as it was:\n${list}`,
    exitCodes.problems,
  );
}

/** What is locked and neither asked for nor seeded by any stack. */
export function nobodys(
  lock: ReleaseLock,
  stacks: readonly PromotingStack[],
  wanted: readonly Named[],
) {
  return lockedTags(lock).filter(
    ({ source, image, tag }) =>
      !wanted.some((each) => each.image === image && each.tag === tag) &&
      !stacks.some(({ seeds }) =>
        seeds.some(
          (seed) => seed.from === source && seed.image === image && seed.tags.includes(tag),
        ),
      ),
  );
}
