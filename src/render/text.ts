/** A text on one line without what steers a terminal: a registry's words are not ours. The one escaper for terminals. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, "; ").replace(/\p{Cc}|\p{Cf}/gu, "");
}
