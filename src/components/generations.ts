import { accountName, type Generations } from "../zot/generations";

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
 * The accounts of some generations. Each is an account of its own, so the step from 3 to 4 makes one and deletes one, and 3
 * works on.
 */
export function machineAccounts({ current, keep }: Generations): Generation[] {
  return (Object.keys(machineRoles) as MachineRole[]).flatMap((role) =>
    [current, ...keep].map((generation) => ({
      username: accountName(role, generation),
      role,
      generation,
    })),
  );
}
