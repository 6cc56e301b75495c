import { z } from "zod";

/** The generation of the machine accounts. */
export const rotationSchema = z
  .int()
  .min(1)
  .max(1_000_000)
  .default(1)
  .describe(
    "The generation of the machine accounts: 3 declares puller-3 and ci-3, and those of 2, which still work. One more rotates; steps back and jumps are refused.",
  );

/** Whether the generation before the newest works. */
export const keepPreviousSchema = z
  .boolean()
  .default(true)
  .describe(
    "Whether the generation before still works. Set it to false in a deployment after the rotation to refuse it at once.",
  );
