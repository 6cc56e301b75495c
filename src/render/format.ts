export interface FormatOptions {
  /** Colours, of a terminal. Default false. */
  color?: boolean;
  /** All of it, also what a person rarely wants. Default false. */
  verbose?: boolean;
}

/** Tells something as a text that ends with a newline. */
export type Format<T> = (what: T, options?: FormatOptions) => string;

/** For programs. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
