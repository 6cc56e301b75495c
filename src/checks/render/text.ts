/** A text on one line without what steers a terminal: a registry's words are not ours. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, "; ").replace(/\p{Cc}|\p{Cf}/gu, "");
}
