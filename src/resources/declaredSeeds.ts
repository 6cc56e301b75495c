import type { SeedInputs } from "./seedProvider";

const declared = new Map<string, SeedInputs[]>();

/** A stack file declares this seed: noted at each check, so that a deployment knows all of them before it deletes one. */
export function declareSeed(seed: SeedInputs): void {
  declared.set(seed.repository, [...declaredIn(seed.repository), seed]);
}

/**
 * The seeds of a repository that the stack file declares now. The same image may be declared under another name of the state: as
 * the second one of its repository, or after its first tag changed.
 */
export const declaredIn = (repository: string): readonly SeedInputs[] =>
  declared.get(repository) ?? [];
