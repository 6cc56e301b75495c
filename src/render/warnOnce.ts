import { oneLine } from "./terminal";

const told = new Set<string>();

/** Says something on standard error, where no JSON is, and once: a file may be read several times. What steers a terminal does not. */
export function warnOnce(warning: string): void {
  if (told.has(warning)) return;
  told.add(warning);
  process.stderr.write(`warning: ${oneLine(warning)}\n`);
}
