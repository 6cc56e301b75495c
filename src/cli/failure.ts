import { UserError } from "../system/userError";

/** What a command ends with. */
export const exitCodes = {
  fine: 0,
  /** Something is wrong with what was looked at: a check failed, or a promise does not hold. */
  problems: 1,
  /** The call, or what it was given, is wrong: another try ends the same way. */
  wrongCall: 2,
  /** What had to be looked at was not reached, or what reaches it is not on this machine: nobody knows how it is. */
  notReached: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What the person at the keyboard can mend, with the exit code that tells it from others. */
export class CliError extends UserError {
  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.wrongCall,
  ) {
    super(message);
  }
}

/** Errors whose message says all, because the caller can mend them, and what each ends with. */
const expected: Readonly<Record<string, ExitCode>> = {
  ArchiveError: exitCodes.wrongCall,
  ConfigError: exitCodes.wrongCall,
  EndpointError: exitCodes.notReached,
  KubernetesError: exitCodes.notReached,
  MissingToolError: exitCodes.notReached,
  RegistryError: exitCodes.notReached,
  UnavailableError: exitCodes.notReached,
  UserError: exitCodes.wrongCall,
};

/** The message of an error, and what a command ends with by it. A defect of this program tells nothing of what was to be looked at. */
export function failureOf(error: unknown): { message: string; exitCode: ExitCode } {
  if (error instanceof CliError) return error;
  if (!(error instanceof Error)) return { message: String(error), exitCode: exitCodes.notReached };
  const exitCode = expected[error.name];
  if (exitCode !== undefined) return { message: error.message, exitCode };
  // The system's own errors, of a full disk or a folder of somebody else's, say all as well.
  if ("syscall" in error) return { message: error.message, exitCode: exitCodes.notReached };
  return {
    message: `a defect of zot-fleet: ${error.stack ?? error.message}`,
    exitCode: exitCodes.notReached,
  };
}
