/** Something that the person at the keyboard can mend: shown as its message alone, without a stack. */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

/** What is needed could not be had, a tool or a download: the same call may end well tomorrow. */
export class UnavailableError extends UserError {
  override readonly name = "UnavailableError";
}
