/**
 * Patterns of tags: `*` is any run of characters, `?` one, `[0-9a-f]` one of a set; the whole tag has to match. Zot's own are
 * regular expressions that match anywhere in a tag, so that `v1` would be `dev1`, too (pkg/retention/matcher.go).
 */

/** What a pattern looks like; a regular expression's source, for JSON Schema as well. */
export const tagPatternPattern = /^(?:[A-Za-z0-9_.*?-]|\[(?:[A-Za-z0-9](?:-[A-Za-z0-9])?)+\])+$/;

/** The rule in words, as it follows "allowed:". */
export const tagPatternRule =
  "a pattern of whole tags: * for any characters, ? for one, [0-9] for one of a set, such as v*";

/** Whether `text` is a pattern that is understood here. Both ends of a range are of one kind, and in their order. */
export function isTagPattern(text: string): boolean {
  const ranges = [...text.matchAll(/([A-Za-z0-9])-([A-Za-z0-9])(?=[^[]*\])/g)];
  return (
    tagPatternPattern.test(text) &&
    ranges.every(([, from = "", to = ""]) => kindOf(from) === kindOf(to) && from <= to)
  );
}

const kindOf = (character: string) =>
  /\d/.test(character) ? "digit" : /[a-z]/.test(character) ? "lower" : "upper";

/** The regular expression that Zot is given; Go and JavaScript read it alike. */
export function tagExpression(pattern: string): string {
  const parts = pattern.match(/\[[^\]]*\]|[^[]/g) ?? [];
  const expression = parts.map((part) =>
    part === "*" ? ".*" : part === "?" ? "." : part === "." ? String.raw`\.` : part,
  );
  return `^${expression.join("")}$`;
}
