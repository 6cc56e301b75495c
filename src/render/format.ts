export interface FormatOptions {
  /** Colours, of a terminal. Default false. */
  color?: boolean;
  /** All of it, also what a person rarely wants. Default false. */
  verbose?: boolean;
}

/** Tells something as a text that ends with a newline. */
export type Format<T> = (what: T, options?: FormatOptions) => string;

/** For programs; people see it on a terminal as well, which nothing in it steers: what would is written as its escape. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(/[\u007F-\u009F\p{Cf}\u2028\u2029]/gu, escapes)}\n`;

const escapes = (char: string): string =>
  Array.from(
    { length: char.length },
    (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");
