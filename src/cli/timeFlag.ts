import { InvalidArgumentError } from "commander";
import { durationMilliseconds, isDuration } from "../zot/duration";

/** Reads a flag that takes a time, and gives its milliseconds. */
export const timeFlag =
  (from: string, to: string) =>
  (text: string): number => {
    const [least, most] = [durationMilliseconds(from), durationMilliseconds(to)];
    const length = isDuration(text) ? durationMilliseconds(text) : NaN;
    if (!(length >= least && length <= most))
      throw new InvalidArgumentError(
        `It should be a time from ${from} to ${to}, such as 60s or 10m.`,
      );
    return length;
  };
