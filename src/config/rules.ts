import { z } from "zod";

/**
 * What is allowed at a place of the stack file, in words: errors print it. Apart from zod's own metadata,
 * which ends in the JSON Schema.
 */
export const allowedText = z.registry<{ allowed: string }>();

/** Top-level keys whose values are secret: no error shows them, and the stack file may hold `{secure: …}`. */
export const secrets = z.registry<{ secret: true }>();

/**
 * A text with a rule that a function checks.
 *
 * @param allowed the rule in words, as it follows "allowed:"
 */
export function textThat(allowed: string, holds: (text: string) => boolean): z.ZodString {
  return z.string().refine(holds).register(allowedText, { allowed });
}

/** A text with a rule that is a regular expression; editors check it while a person types. */
export function textLike(allowed: string, pattern: RegExp): z.ZodString {
  return z.string().regex(pattern).register(allowedText, { allowed });
}
