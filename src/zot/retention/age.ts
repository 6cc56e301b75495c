/** How an age is written in a stack file: days, or what Go reads; a regular expression's source, for JSON Schema as well. */
export const agePattern = /^(?:\d{1,4}d|(?:\d{1,6}(?:m|h))+)$/;

/** The rule in words, as it follows "allowed:". */
export const ageRule = 'an age of an hour or more, such as "30d" or "36h"';

/** An age in Go's words, which know no days. */
export function goAge(age: string): string {
  return age.endsWith("d") ? `${Number(age.slice(0, -1)) * 24}h` : age;
}
