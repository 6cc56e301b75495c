/**
 * Patterns of repository names, as Zot matches them (github.com/bmatcuk/doublestar/v4, doublestar_test.go), in the part
 * of its language that can be reasoned about: `*` is any part of a name between slashes, `**` any number of whole parts,
 * none included, so that `team/**` is `team`, too.
 */

/** What a pattern looks like; a regular expression's source, for JSON Schema as well. */
export const globPattern =
  /^(?:\*\*|(?![._-])(?:[a-z0-9._-]|\*(?!\*))+)(?:\/(?:\*\*|(?![._-])(?:[a-z0-9._-]|\*(?!\*))+))*$/;

/** The rule in words, as it follows "allowed:". */
export const globRule =
  "a pattern of repository names: * for a part between slashes, ** alone between slashes for any number of parts, such as team-a/**";

/** Whether `text` is a pattern that is understood here. */
export function isGlob(text: string): boolean {
  return globPattern.test(text);
}

/** What may be left of a pattern when a name is at its end (match.go, isZeroLengthPattern): of `team*` + `/**` the star and all may not. */
const nothingMore = new Set(["", "*", "/**"]);

/** Whether Zot takes `name` to be one of the pattern's. */
export function matchesGlob(pattern: string, name: string): boolean {
  if (name === "") return nothingMore.has(pattern);
  if (pattern === "**") return true;
  if (pattern.startsWith("**/")) {
    const parts = name.split("/");
    return parts.some((_, index) => matchesGlob(pattern.slice(3), parts.slice(index).join("/")));
  }
  if (pattern.startsWith("*")) {
    const endOfPart = `${name}/`.indexOf("/");
    return Array.from({ length: endOfPart + 1 }).some((_, index) =>
      matchesGlob(pattern.slice(1), name.slice(index)),
    );
  }
  const [next] = pattern;
  return next === name[0] && matchesGlob(pattern.slice(1), name.slice(1));
}

/** Whether every name of `inner` is one of `outer`. Sure when it says yes; a no may be a yes that it cannot see. */
export function covers(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  return asMatched(outer).some((pattern) =>
    meet(pattern.split("/"), inner.split("/"), "**", false, (a, b) =>
      meet(Array.from(a), Array.from(b), "*", false, (x, y) => x === anyOne || x === y),
    ),
  );
}

/** One character, whichever; in no pattern of a stack file. */
const anyOne = "?";

/**
 * Patterns whose stars all stand for nothing as well, and which name no more than `pattern` does. At a name's end the first of two
 * stars has to stand for something (`nothingMore`): of a double `/**` for a part, of `*` before it for a character or a part.
 */
function asMatched(pattern: string): string[] {
  const single = pattern.replace(/(?:\*\*\/)+\*\*/g, "**");
  if (pattern.endsWith("/**/**") && single !== "**") return [single.replace(/\*\*$/, "*/**")];
  const [, start] = /^(.*[^/*]\*)\/\*\*$/.exec(single) ?? [];
  if (start === undefined) return [single];
  return [`${start.slice(0, -1)}${anyOne}*/**`, `${start}/*/**`];
}

/** Whether some name is one of both patterns. */
export function overlap(a: string, b: string): boolean {
  return meet(a.split("/"), b.split("/"), "**", true, (one, other) =>
    meet(Array.from(one), Array.from(other), "*", true, (x, y) => x === y),
  );
}

/**
 * Whether two sequences can be laid side by side, `wild` in `a` (and in `b`, when `both`) standing for any number of
 * elements; a table from the ends, since patterns full of stars would take for ever otherwise.
 */
function meet(
  a: readonly string[],
  b: readonly string[],
  wild: string,
  both: boolean,
  same: (x: string, y: string) => boolean,
): boolean {
  let below: boolean[] = [];
  for (let i = a.length; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = b.length; j >= 0; j--) {
      const [x, y] = [a[i], b[j]];
      if (x === wild) row[j] = below[j] === true || (y !== undefined && row[j + 1] === true);
      else if (y === wild)
        row[j] = both && (row[j + 1] === true || (x !== undefined && below[j] === true));
      else if (x === undefined || y === undefined) row[j] = x === y;
      else row[j] = below[j + 1] === true && same(x, y);
    }
    below = row;
  }
  return below[0] === true;
}
