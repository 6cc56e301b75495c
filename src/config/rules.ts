import { z } from "zod";
import { durationMilliseconds, durationPattern, isDuration } from "../zot/duration";

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

interface TimeLimits {
  /** @default "0s" */
  from?: string;
  /** A hundred years: Go counts nanoseconds, and has room for three times as much. @default "36500d" */
  to?: string;
  /** What it is a multiple of. @default "1ms" */
  whole?: string;
}

/**
 * A time, as it is written everywhere: `90s`, `36h`, `30d`.
 *
 * @param allowed the rule in words, with an example
 */
export function time(allowed: string, limits: TimeLimits = {}): z.ZodString {
  const { from = "0s", to = "36500d", whole = "1ms" } = limits;
  const [least, most, step] = [from, to, whole].map(durationMilliseconds) as [
    number,
    number,
    number,
  ];
  return textLike(allowed, durationPattern).refine((text) => {
    if (!isDuration(text)) return false;
    const length = durationMilliseconds(text);
    return length >= least && length <= most && length % step === 0;
  });
}

/** An age, of an hour or more: Zot sweeps once a day, and a mistyped 30m would empty a registry. */
export const age = () => time('an age of an hour or more, such as "30d" or "36h"', { from: "1h" });
