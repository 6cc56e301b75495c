import { z } from "zod";
import { durationMilliseconds, isDuration } from "../zot/duration";
import { agePattern, ageRule, goAge } from "../zot/retention/age";

/**
 * A schema for each key of settings: `satisfies` it holds a schema and the builder that takes its output to the same keys, so that
 * none is read and then dropped.
 */
export type Schemas<Settings> = { [Key in keyof Settings]-?: z.ZodType<Settings[Key]> };

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

/** An age, of an hour or more: Zot sweeps once a day, and a mistyped 30m would empty a registry. */
export const age = () =>
  textLike(ageRule, agePattern).refine((text) => {
    const duration = goAge(text);
    return isDuration(duration) && durationMilliseconds(duration) >= 3_600_000;
  });
