/**
 * What this process serves. Pulumi tells a provider of a deletion alone, and not of its cause: a resource that left the program,
 * or a stack that ends. A deployment has every resource of its program checked before it deletes one, and a destroy runs no
 * program; with `--run-program` it does, and begins with what stands last.
 */
const seen = { program: false, end: false };

/** A resource of a program is looked at: what is deleted in this process left the program. */
export function programRuns(): void {
  seen.program = true;
}

/** What stands last in a stack is deleted: all the rest follows. */
export function destroyBegins(): void {
  seen.end = true;
}

/** Whether what is deleted now goes because the whole stack goes. */
export const isEnding = (): boolean => !seen.program || seen.end;
