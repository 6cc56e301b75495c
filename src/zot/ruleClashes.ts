import { covers, overlap } from "./glob";

/** Two patterns that Zot would not read as they are meant. */
export interface RuleClash {
  /** Which of the patterns, from 0. */
  readonly index: number;
  readonly other: string;
  /** What is wrong between them, as it follows the pattern. */
  readonly problem: string;
}

/** The pattern of everything, which the tier stands under. */
export const everywhere = "**";

/**
 * What is wrong between patterns. Zot takes the longest pattern that matches, counted in characters, and of two equally
 * long ones either (pkg/api/authz.go, can: it walks over a Go map). That says what is meant only where of any two that
 * share a repository one lies within the other and is the longer one.
 */
export function ruleClashes(patterns: readonly string[]): RuleClash[] {
  return patterns.flatMap((pattern, index): RuleClash[] => {
    const before = [everywhere, ...patterns.slice(0, index)];
    const other = before.find((each) => overlap(each, pattern) && !nested(each, pattern));
    if (other === undefined) return [];
    return [{ index, other, problem: problemOf(pattern, other) }];
  });
}

function nested(a: string, b: string): boolean {
  return (
    (covers(a, b) && !covers(b, a) && b.length > a.length) ||
    (covers(b, a) && !covers(a, b) && a.length > b.length)
  );
}

function problemOf(pattern: string, other: string): string {
  if (covers(other, pattern) && covers(pattern, other)) return `which names what ${other} names`;
  if (covers(other, pattern))
    return `which lies within ${other} and is not longer, so that Zot would overlook it`;
  if (covers(pattern, other))
    return `which holds ${other} and is not shorter, so that Zot would overlook that one`;
  return `which shares repositories with ${other}, of which Zot would take one alone`;
}

/** The rules around a pattern, from the outermost in: those that every repository of it belongs to. */
export function around<T extends { readonly repositories: string }>(
  pattern: string,
  rules: readonly T[],
): T[] {
  return rules
    .filter(({ repositories }) => repositories !== pattern && covers(repositories, pattern))
    .sort((a, b) => a.repositories.length - b.repositories.length);
}
