import { isDeepStrictEqual } from "node:util";
import { recordedGenerations, type RecordedGenerations } from "../zot/generations";
import { define, except, madeAnew, plain } from "./define";

const withRotation = except("other words for the same generations are no change");

/**
 * Keeps which generations of the machine accounts a deployment began with, or handed out, for whoever reads the state. It refuses
 * nothing: the program judges a rotation before anything is declared.
 */
export const rotation = define<RecordedGenerations>({
  name: "rotation",
  inputs: {
    rotation: {
      ...plain,
      differs: (olds, news) =>
        !isDeepStrictEqual(recordedGenerations(olds), recordedGenerations(news)),
    },
    keepPrevious: withRotation,
    keep: withRotation,
  },
  outputs: {},
  load: () => madeAnew("rotation", (inputs) => inputs),
});
