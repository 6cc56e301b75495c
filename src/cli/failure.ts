import { UserError } from "../system/userError";

/** What a command ends with. */
export const exitCodes = {
  fine: 0,
  /** Something is wrong with what was looked at. */
  problems: 1,
  /** Nothing could be looked at: wrong arguments, no project, no registry. */
  couldNotLook: 2,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What the person at the keyboard can mend, with the exit code that tells it from others. */
export class CliError extends UserError {
  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.couldNotLook,
  ) {
    super(message);
  }
}
