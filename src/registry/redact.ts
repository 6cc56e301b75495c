const mask = "***";
const longest = 1500;

/**
 * The secrets of one client, and what takes them out of text that a server or a tool wrote. A registry may echo what it was sent;
 * an error message reaches consoles, CI logs and Pulumi's state.
 */
export class Secrets {
  readonly #known = new Set<string>();

  /** Remembers a secret in every spelling in which it travels: plain, percent-encoded, JSON-escaped (Go's, too), base64. */
  add(secret: string): void {
    for (const spelling of spellings(secret)) if (spelling !== "") this.#known.add(spelling);
  }

  /** Remembers an account's password, and the pair of name and password that travels in headers and auth files. */
  addLogin({ username, password }: { username: string; password: string }): void {
    if (password === "") return;
    this.add(password);
    this.add(`${username}:${password}`);
  }

  /**
   * `text` on one line, without control characters, known secrets or what a header of credentials holds, and not endless
   * (1500 characters by default).
   */
  clean(text: string, most = longest): string {
    let cleaned = text;
    // The longest first: a secret that contains another must not leave its rest behind.
    for (const secret of [...this.#known].sort((a, b) => b.length - a.length)) {
      cleaned = cleaned.replaceAll(secret, mask);
    }
    cleaned = withoutHeaders(cleaned)
      .replace(/[\s\p{Cc}\p{Cf}]+/gu, " ")
      .trim();
    return cleaned.length > most ? `${cleaned.slice(0, most)}…` : cleaned;
  }
}

function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const percent = encodeURIComponent(secret);
  const base64 = bytes.toString("base64");
  return [
    secret,
    percent,
    // As forms have it (url.QueryEscape): a space is a plus, and what JavaScript leaves is encoded.
    percent
      .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll("%20", "+"),
    json,
    // Go's encoding/json escapes these three as well.
    json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
    // Short ones are a part of many words. The padding may be left off.
    ...(secret.length < 4 ? [] : [base64.replace(/=+$/, ""), bytes.toString("base64url")]),
  ];
}

/** Words that follow the name of a scheme where no credential does: "basic authentication", `Bearer realm="…"`. */
const afterScheme = "auth\\w*|tokens?|realm|challenges?|credentials?|scheme|header|login|is|or|and";

const schemes = "basic|bearer|negotiate|digest|token";
const value = `(?:"[^"]*"|'[^']*'|[^\\s"',;]+)`;
const header = new RegExp(
  `((?:proxy-)?authorization["']?\\s*[:=]\\s*["']?)(?:(?:${schemes})\\s+)?${value}`,
  "gi",
);
const scheme = new RegExp(
  `\\b(basic|bearer)\\s+(?!(?:${afterScheme})\\b(?![\\w+/]))${value}`,
  "gi",
);

/** The same text without what stands in a header of credentials, however it is written and however short it is. */
export const withoutHeaders = (text: string): string =>
  text.replace(header, `$1${mask}`).replace(scheme, `$1 ${mask}`);
