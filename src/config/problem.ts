/** One thing that is wrong in a stack file. None of the texts ever holds a secret. */
export interface Problem {
  /** Where, as it is written: `zot-fleet:seeds[0].tags[1]`. */
  readonly path: string;
  /** What stands there. */
  readonly found: string;
  /** What may stand there. */
  readonly allowed: string;
  /** What was probably meant, or what to do. */
  readonly hint?: string;
}

/** A stack file that cannot be used: everything that is wrong in it, at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly problems: readonly Problem[]) {
    const count = problems.length === 1 ? "one place" : `${problems.length} places`;
    super([`The stack file is wrong in ${count}.`, ...problems.map(problemText)].join("\n\n"));
  }
}

function problemText({ path, found, allowed, hint }: Problem): string {
  const lines = [`  ${path}`, `    found:    ${found}`, `    allowed:  ${allowed}`];
  return [...lines, ...(hint === undefined ? [] : [`    hint:     ${hint}`])].join("\n");
}
