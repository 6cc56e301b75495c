/** What a command ends with. */
export const exitCodes = {
  fine: 0,
  /** Something is wrong with what was looked at. */
  problems: 1,
  /** Nothing could be looked at: wrong arguments, no project, no registry. */
  couldNotLook: 2,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Something that the person at the keyboard can mend: shown as its message alone. */
export class CliError extends Error {
  override readonly name = "CliError";

  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.couldNotLook,
  ) {
    super(message);
  }
}
