import type { Role } from "../checks/expectations";
import { accountName, liveGenerations, type DeclaredGenerations } from "../zot/generations";

/** The machine accounts that come in generations, and what each is for. */
const machineRoles = { puller: "reader", ci: "pusher" } as const;

export type MachineRole = keyof typeof machineRoles;

/** What decides who exists. */
export interface DeclaredMachines extends DeclaredGenerations {
  /** Which machine accounts there are. @default all */
  machines?: readonly MachineRole[] | undefined;
}

/**
 * Who exists in a registry, with which role: `admin` and `fleet`, then the generations of the machine accounts. Each generation is
 * an account of its own, so the step from 3 to 4 makes one and deletes one, and 3 works on.
 */
export function accountList(declared: DeclaredMachines): { username: string; role: Role }[] {
  const { machines = Object.keys(machineRoles) as MachineRole[] } = declared;
  const { current, keep } = liveGenerations(declared);
  return [
    { username: "admin", role: "admin" },
    { username: "fleet", role: "admin" },
    ...machines.flatMap((machine) =>
      [current, ...keep].map((generation) => ({
        username: accountName(machine, generation),
        role: machineRoles[machine],
      })),
    ),
  ];
}
