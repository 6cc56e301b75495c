import { deployAgain } from "../commands";
import type { Cause } from "../finding";
import { answers } from "../text";

export const seedGone: Cause = {
  code: "ZD307",
  title: "an image that the stack seeds is not in the registry",
  hint: "Run pulumi up --refresh: it looks at every seed, and pushes what is missing. Where all of them are gone, look at the claim first: another volume, or an emptied one.",
  depth: 3,
  find: (snapshot) =>
    answers(snapshot)
      ? snapshot.registry.images
          .filter(({ seeded, digest }) => seeded === true && digest === undefined)
          .map(({ repository, reference }) => ({
            subject: `${repository}:${reference}`,
            detail: "was seeded, and is gone",
            ...(snapshot.caller.localFolder === undefined
              ? { command: deployAgain(snapshot) }
              : { hint: "npm run local pushes again what is missing." }),
          }))
      : [],
};
