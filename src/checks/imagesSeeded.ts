import type { Check } from "./check";
import { failed, passed, skipped } from "./outcomes";
import { nameOf } from "./images";

export const imagesSeeded: Check = {
  code: "ZF302",
  title: "every image was seeded",
  hint: "Mend what the detail says and run the deployment again: it does only what is missing.",
  run({ images }) {
    if (images.length === 0) return Promise.resolve(skipped("no seeds are declared"));
    return Promise.resolve(
      images.map((image) => {
        const { digest, problem } = image;
        if (problem !== undefined) return failed(problem, nameOf(image));
        return digest === undefined
          ? skipped("no digest is known", nameOf(image))
          : passed(digest, nameOf(image));
      }),
    );
  },
};
