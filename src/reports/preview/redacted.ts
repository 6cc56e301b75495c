import { withoutHeaders } from "../../registry/redact";

/** Names of what is never shown, on either side of a change, whatever it holds. */
const secretName =
  /pass(?:word|phrase)?|passwd|secret|htpasswd|token|credential|auth$|authheader|authorization|cookie|signature|api[-_]?key|(?:access|hash|encrypt|session|signing)[-_]?key|private|dockerconfig|\bdata\b|accounts/i;

/**
 * What credentials look like wherever they turn up: bcrypt and crypt hashes, keys of Zot and of services that mark theirs, PEM keys,
 * headers, addresses with a password.
 */
const secretText =
  /\$2[abxy]\$|\$(?:1|5|6|apr1)\$|\bzak_|\b(?:gh[pousr]|github_pat|glpat|pul|npm|dckr_pat|xox[abprs])[-_]\w{4,}|\b(?:AKIA|ASIA)[A-Z0-9]{8,}|-----BEGIN|:\/\/[^/\s:@]*:[^\s@]+@|"auths"|eyJ[A-Za-z0-9_-]{8,}/;

/** What Pulumi writes for a secret, and for what only the deployment will know. */
const hidden = "[secret]";
const unknownYet = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * A word of letters and digits may be a key of any kind: a long one, or a shorter one that nobody would choose as a name, with
 * both cases and a digit, or with digits all over. A digest says what it is.
 */
const longWord =
  /(?<![\w:/.-])(?:(?=[\w+/=-]*\d)[A-Za-z0-9+/=_-]{32,}|(?=[\w+/=-]*\d)(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[A-Z])[A-Za-z0-9+/=_-]{12,31}|(?=(?:[a-z]*\d){3})[a-z0-9]{16,31})(?![\w+/=-]|\.\w)/g;

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
  if (secretText.test(value) || withoutHeaders(value) !== value) return "(secret)";
  if (value.replace(longWord, "") !== value) return "(not shown)";
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}

/**
 * A name that says secret, and what is given to it, in quotes or not, by a sign or by a word; the names of our own resources and
 * settings stay, and so do plain words that say what is wrong with a secret.
 */
const plainWords =
  "not|no|required|missing|wrong|invalid|empty|unset|set|too|expired|needed|shown|hidden|refused|given|in|of|the|a|an|for|from|to|and|or|is|are|was|has|must|cannot|may|secret|known|valid|created|deleted|changed|updated|replaced|made|found|there|forbidden|denied|undefined|null";
const assignment = new RegExp(
  [
    "([\\w.-]*(?:pass(?:word|phrase|wd)|secret|htpasswd|token|credential|cookie|api[-_]?key|(?:access|hash|encrypt|session|signing|private)[-_]?key|auth)[\\w.-]*[\"']?",
    "(?:\\s*[:=]\\s*|\\s+(?:is|was|are|were|being)\\s+(?:now\\s+|set\\s+to\\s+)?|\\s+(?=[\"'`])))",
    `(?!(?:${plainWords})(?![\\w$!@#%^&*+/=-]))`,
    "(?:\"[^\"]*\"|'[^']*'|`[^`]*`|\\S+)",
  ].join(""),
  "gi",
);

/** Pulumi's own words without anything that looks like a credential. */
export function redactedText(text: string): string {
  return text
    .split("\n")
    .map((line) => (secretText.test(line) ? "(a line with a secret)" : line))
    .map((line) =>
      withoutHeaders(line).replace(assignment, "$1(secret)").replace(longWord, "(not shown)"),
    )
    .join("\n");
}
