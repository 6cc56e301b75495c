/** Names of what is never shown, on either side of a change, whatever it holds. */
const secretName =
  /pass(?:word|phrase)?|secret|htpasswd|token|credential|auth$|authheader|api-?key|private|dockerconfig|\bdata\b|accounts/i;

/** What credentials look like wherever they turn up: bcrypt and crypt hashes, API keys of Zot, PEM keys, Basic headers. */
const secretText =
  /\$2[abxy]\$|\$(?:1|5|6|apr1)\$|\bzak_|-----BEGIN|\bBasic\s+[A-Za-z0-9+/]{6,}|\bBearer\s+\S{6,}|:\/\/[^/\s:]+:[^/\s@]+@|"auths"|eyJ[A-Za-z0-9_-]{8,}/;

/** What Pulumi writes for a secret, and for what only the deployment will know. */
const hidden = "[secret]";
const unknownYet = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A long word of letters and digits may be a key of any kind; a digest says what it is. */
const longWord = /(?<![\w:/.-])(?=[\w+/=-]*\d)[A-Za-z0-9+/=_-]{32,}(?![\w.-])/g;

const isSecretPath = (path: readonly string[]) => path.some((key) => secretName.test(key));

/**
 * A value as it may stand in a comment: short, plain, and never what could be a credential. Everything that is not a plain
 * number, truth or short text is told by its kind alone.
 */
export function shown(path: readonly string[], value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (value === hidden || isSecretPath(path)) return "(secret)";
  if (value === unknownYet) return "(known later)";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return Array.isArray(value) ? "a list" : "an object";
  if (secretText.test(value)) return "(secret)";
  if (value.replace(longWord, "") !== value) return "(not shown)";
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}

/** A name that says secret, and what is given to it; the names of our own resources and settings stay. */
const assignment =
  /([\w.-]*(?:pass(?:word|phrase)|secret|htpasswd|token|credential|api-?key|auth)[\w.-]*["']?\s*[:=]\s*)\S+/gi;

/** Pulumi's own words without anything that looks like a credential. */
export function redactedText(text: string): string {
  return text
    .split("\n")
    .map((line) => (secretText.test(line) ? "(a line with a secret)" : line))
    .map((line) => line.replace(assignment, "$1(secret)").replace(longWord, "(not shown)"))
    .join("\n");
}
