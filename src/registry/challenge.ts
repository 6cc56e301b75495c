/** One challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1). */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  scheme: string;
  /** Names in lower case. */
  parameters: Record<string, string>;
}

const longestHeader = 16 * 1024;
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = new RegExp(`^(${token})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))`);
const scheme = new RegExp(`^(${token})(?:[ \\t]+|$|(?=,))`);
const token68 = /^[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/;

/**
 * Reads the challenges of a 401. Several may come in one header or in many, and a quoted value may hold commas. What cannot
 * be read ends the reading of its header; what came before it counts.
 */
export function parseChallenges(headers: string | string[] | undefined): Challenge[] {
  return [headers ?? []].flat().flatMap(parseHeader);
}

function parseHeader(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let rest = header.length > longestHeader ? "" : skipSeparators(header);
  while (rest !== "") {
    // `name=value` belongs to the challenge before it; anything else must be the name of a new scheme.
    const pair = parameter.exec(rest);
    const current = challenges.at(-1);
    if (pair && current) {
      const [whole, name = "", quoted, plain] = pair;
      current.parameters[name.toLowerCase()] ??= quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
      rest = skipSeparators(rest.slice(whole.length));
      continue;
    }
    const [whole, name] = scheme.exec(rest) ?? [];
    if (whole === undefined || name === undefined) break;
    challenges.push({ scheme: name.toLowerCase(), parameters: {} });
    rest = rest.slice(whole.length);
    if (!parameter.test(rest)) rest = rest.replace(token68Alone(rest), "");
    rest = skipSeparators(rest);
  }
  return challenges;
}

/** The opaque word that some schemes carry in place of parameters (`Negotiate YII=`); it is not a scheme's name. */
function token68Alone(rest: string): string {
  return token68.exec(rest)?.[0] ?? "";
}

function skipSeparators(text: string): string {
  return text.replace(/^[\s,]+/, "");
}
