/** Ends something that a suite began. */
export type Undo = () => Promise<unknown>;

/** Ends everything that was begun, the last first, however far a suite came. */
export async function closeAll(undo: readonly Undo[]): Promise<void> {
  for (const each of [...undo].reverse()) await each();
}
