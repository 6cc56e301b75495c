const told = new Set<string>();

/** Says something on standard error, where no JSON is, and once: a file may be read several times. */
export function warnOnce(warning: string): void {
  if (told.has(warning)) return;
  told.add(warning);
  process.stderr.write(`warning: ${warning}\n`);
}
