import { z } from "zod";
import type { Problem } from "./problem";
import { allowedText } from "./rules";
import { pathText } from "./words";

const generation = () => z.int().min(1).max(1_000_000);

/** More than anybody needs, and few enough for an htpasswd file that Zot reads in a blink. */
export const mostKept = 10;

const longForm = z.strictObject({
  current: generation().describe("The generation that is handed out."),
  keep: z
    .array(generation())
    .max(mostKept)
    .default([])
    .describe("Other generations that work as well: those that clients hold."),
});

/** Which generations of the machine accounts work. */
export const rotationSchema = z
  .union([generation(), longForm])
  .register(allowedText, {
    allowed: `a whole number from 1 to 1000000, or an object with current and keep, a list of at most ${mostKept} such numbers`,
  })
  .default(1)
  .describe(
    "The generation of the machine accounts: 3 declares puller-3 and ci-3, and those of 2, which still work. One more rotates. { current: 3, keep: [1] } names the ones that still work; what clients hold is dropped in this form only.",
  );

/** Whether the generation before the newest works. */
export const keepPreviousSchema = z
  .boolean()
  .default(true)
  .describe(
    "Whether the generation before still works, beside a bare number in rotation. false says what rotation: { current: 3 } says: nothing else works.",
  );

/** The long form says by itself what is kept; looks at raw values. */
export function rotationProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { success: long } = longForm.safeParse(raw["rotation"]);
  return !long || raw["keepPrevious"] === undefined
    ? []
    : [
        {
          path: pathText(["keepPrevious"]),
          found: "a value beside rotation in its long form",
          allowed: `nothing: ${pathText(["rotation", "keep"])} says what is kept`,
        },
      ];
}
