/** One account of an htpasswd file: a name and the bcrypt hash of its password. */
export interface HtpasswdEntry {
  readonly username: string;
  /** All 60 characters of it, as they arrived: `$2y$10$` and 53 more. */
  readonly hash: string;
}

/** An htpasswd line or file that a registry would misread. Its message never holds the line. */
export class HtpasswdError extends Error {
  override readonly name = "HtpasswdError";
}

/** bcrypt reads this many bytes of a password and ignores the rest. */
export const longestPassword = 72;

// What Zot (pkg/api/htpasswd.go) and distribution both accept: a version, a cost of two digits, 22 characters of salt
// and 31 of hash in bcrypt's own base64.
const bcryptHash = /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

// A lone surrogate (Cs) is no character at all, and becomes another one on the way to UTF-8.
const hasControlCharacter = (text: string): boolean => /[\p{Cc}\p{Cs}]/u.test(text);

/** Whether `text` is a whole bcrypt hash: `$2a$`, `$2b$` or `$2y$`, a cost of 04 to 31, 60 characters. */
export function isBcryptHash(text: string): boolean {
  return bcryptHash.test(text);
}

/**
 * The rule that a user name breaks, or undefined when it is fine.
 *
 * htpasswd is `user:hash` a line, so a colon or a line break would make another account of it; distribution
 * trims lines and reads `#` as a comment.
 */
export function validateUsername(username: string): string | undefined {
  if (username === "") return "a user name is not empty";
  if (username.includes(":")) return "a user name holds no colon";
  if (hasControlCharacter(username)) return "a user name holds no control character or line break";
  if (username.trim() !== username) return "a user name neither starts nor ends with a space";
  if (username.startsWith("#")) return "a user name does not start with #";
  return undefined;
}

/**
 * The rule that a password breaks, or undefined when it is fine: 1 to 72 bytes of UTF-8, because bcrypt reads no
 * more, and no control characters, because a line break at the end is always an accident of copying.
 * The rule never repeats the password.
 */
export function validatePassword(password: string): string | undefined {
  if (password === "") return "a password is not empty";
  if (Buffer.byteLength(password, "utf8") > longestPassword)
    return `a password has at most ${longestPassword} bytes of UTF-8, because bcrypt reads no more`;
  if (hasControlCharacter(password))
    return "a password holds no control character, and no line break at its end";
  return undefined;
}

/**
 * Reads one `user:hash` line and changes nothing in it.
 *
 * @throws HtpasswdError when the name or the hash is not one that Zot takes
 */
export function parseHtpasswdLine(line: string): HtpasswdEntry {
  const colon = line.indexOf(":");
  if (colon < 0)
    throw new HtpasswdError("an htpasswd line is user:hash, and this one has no colon");
  const entry = { username: line.slice(0, colon), hash: line.slice(colon + 1) };
  const broken = brokenRule(entry);
  if (broken !== undefined) throw new HtpasswdError(broken);
  return entry;
}

/** Whether `text` is one whole htpasswd line with a bcrypt hash, such as `htpasswd -nbB admin …` prints. */
export function isHtpasswdEntry(text: string): boolean {
  try {
    parseHtpasswdLine(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether `text` was probably meant as an htpasswd line or a hash, whole or not: what looks so and is none
 * would otherwise be taken for a plain password.
 */
export function looksLikeHtpasswd(text: string): boolean {
  return /(?:^|:)(?:\$(?:2[a-z]?|1|5|6|apr1)\$|\{SHA\})/.test(text);
}

/**
 * The text of an htpasswd file, in the order given, a line each.
 *
 * @throws HtpasswdError for an entry that Zot would not take, or a user named twice: Zot keeps the last
 * line and says nothing
 */
export function htpasswdFile(entries: readonly HtpasswdEntry[]): string {
  const seen = new Set<string>();
  for (const entry of entries) {
    const broken = brokenRule(entry);
    if (broken !== undefined) throw new HtpasswdError(broken);
    if (seen.has(entry.username))
      throw new HtpasswdError(`the user "${entry.username}" stands in the htpasswd file twice`);
    seen.add(entry.username);
  }
  return entries.map(({ username, hash }) => `${username}:${hash}\n`).join("");
}

function brokenRule({ username, hash }: HtpasswdEntry): string | undefined {
  const broken = validateUsername(username);
  if (broken !== undefined) return broken;
  return isBcryptHash(hash)
    ? undefined
    : "a hash is bcrypt: $2a$, $2b$ or $2y$, a cost of 04 to 31, 60 characters in all";
}
