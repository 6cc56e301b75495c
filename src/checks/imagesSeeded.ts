import type { Check } from "./check";
import { failed, passed, skipped } from "./outcomes";

export const imagesSeeded: Check = {
  code: "ZF302",
  title: "every image was seeded",
  hint: "Mend what the detail says and run the deployment again: it does only what is missing.",
  run({ images }) {
    if (images.length === 0) return Promise.resolve(skipped("no seeds are declared"));
    return Promise.resolve(
      images.map(({ repository, digest, problem }) =>
        problem === undefined && digest !== undefined
          ? passed(digest, repository)
          : failed(problem ?? "not seeded", repository),
      ),
    );
  },
};
