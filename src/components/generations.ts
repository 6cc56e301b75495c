/** The machine accounts that come in generations, and what each is for. */
export const machineRoles = { puller: "reader", ci: "pusher" } as const;

export type MachineRole = keyof typeof machineRoles;

export interface Generation {
  /** The account's name, such as `puller-3`. */
  username: string;
  role: MachineRole;
  generation: number;
}

/**
 * The accounts that are declared at a generation: the newest and, with `keepPrevious`, the one before it. Each is an account
 * of its own, so the step from 3 to 4 makes one and deletes one, and 3 works on.
 */
export function generations(rotation: number, keepPrevious: boolean): Generation[] {
  const numbers = keepPrevious && rotation > 1 ? [rotation, rotation - 1] : [rotation];
  return (Object.keys(machineRoles) as MachineRole[]).flatMap((role) =>
    numbers.map((generation) => ({ username: `${role}-${generation}`, role, generation })),
  );
}
