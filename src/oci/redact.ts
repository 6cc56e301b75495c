const mask = "***";
const longest = 1500;

/**
 * The secrets of one client, and what takes them out of text that a server wrote. A registry may echo what it was sent;
 * an error message reaches consoles, CI logs and Pulumi's state.
 */
export class Secrets {
  readonly #known = new Set<string>();

  /** Remembers a secret in every spelling in which it travels: plain, percent-encoded, JSON-escaped. */
  add(secret: string): void {
    if (secret === "") return;
    this.#known.add(secret);
    this.#known.add(encodeURIComponent(secret));
    this.#known.add(JSON.stringify(secret).slice(1, -1));
  }

  /** `text` on one line, without control characters or known secrets, and not endless (1500 characters by default). */
  clean(text: string, most = longest): string {
    let cleaned = text;
    // The longest first: a secret that contains another must not leave its rest behind.
    for (const secret of [...this.#known].sort((a, b) => b.length - a.length)) {
      cleaned = cleaned.replaceAll(secret, mask);
    }
    cleaned = cleaned.replace(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim();
    return cleaned.length > most ? `${cleaned.slice(0, most)}…` : cleaned;
  }
}
