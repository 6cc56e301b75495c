import type { Role } from "../zot/roles";
import { accountName, liveGenerations, type DeclaredGenerations } from "../zot/generations";
import type { DeploymentConfig } from "./deploymentConfig";

/** The machine accounts that come in generations: each has the name of its role. */
type Machine = Exclude<Role, "admin">;

/** Those that every registry of a cluster has. */
const everywhere = ["puller", "ci"] as const satisfies readonly Machine[];

/** Those that clients act as. */
export type MachineRole = (typeof everywhere)[number];

/** The machine accounts of a stack: one for Prometheus where it is told of the registry. */
export const machinesOf = ({
  monitoring,
}: Pick<DeploymentConfig, "monitoring">): readonly Machine[] =>
  monitoring?.serviceMonitor === true ? [...everywhere, "metrics"] : everywhere;

/** What decides who exists. */
export interface DeclaredMachines extends DeclaredGenerations {
  /** Which machine accounts there are. @default puller and ci */
  machines?: readonly Machine[] | undefined;
}

/**
 * Who exists in a registry, with which role: `admin` and `fleet`, then the generations of the machine accounts. Each generation is
 * an account of its own, so the step from 3 to 4 makes one and deletes one, and 3 works on.
 */
export function accountList(declared: DeclaredMachines): { username: string; role: Role }[] {
  const { machines = everywhere } = declared;
  const { current, keep } = liveGenerations(declared);
  return [
    { username: "admin", role: "admin" },
    { username: "fleet", role: "admin" },
    ...machines.flatMap((machine) =>
      [current, ...keep].map((generation) => ({
        username: accountName(machine, generation),
        role: machine,
      })),
    ),
  ];
}
