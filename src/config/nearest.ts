import { closest, distance } from "fastest-levenshtein";

/** The known word that was probably meant; undefined when none is near enough to be worth saying. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = letters(word);
  const same = known.find((each) => letters(each) === plain || sorted(each) === sorted(word));
  if (same !== undefined || known.length === 0) return same;
  const near = closest(word, known);
  return distance(word, near) <= Math.max(word.length, near.length) / 2.5 ? near : undefined;
}

/** Without case, dashes and underscores: `admin_password` is `adminPassword`. */
function letters(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, "");
}

/** Two letters in each other's place are one slip, which Levenshtein counts as two. */
function sorted(word: string): string {
  return Array.from(letters(word)).sort().join("");
}
