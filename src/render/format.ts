/** Tells something as a text that ends with a newline; with colours only where they are asked for. */
export type Format<T> = (what: T, options?: { color?: boolean }) => string;

/** For programs. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
