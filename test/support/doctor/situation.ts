import type { DeployedRegistry } from "./deployedRegistry";
import type { World } from "./world";

/** What doctor is asked, as its user would write it behind `doctor --stack <name>`. */
export interface Asked {
  registry: DeployedRegistry;
  args?: readonly string[];
  /** Standard input. */
  input?: string;
}

/** A situation that was made. */
export interface Made {
  broken: Asked;
  /** What is healthy beside it. */
  control: Asked;
  /** What the first evidence must say. */
  says: RegExp;
  /** Makes good what removing the pods does not. */
  mend?: () => Promise<unknown>;
}

/** Something that was broken on a real cluster. */
export interface Situation {
  /** What doctor must name first; both of a pair. */
  codes: readonly string[];
  title: string;
  /** How it was broken, for the README. */
  how: string;
  /** What stays healthy beside it, for the README. */
  control: string;
  make: (world: World) => Promise<Made>;
}

/** A pod of the registry that is broken, and the one that runs beside it. */
export function podBeside(world: World, pod: string, says: RegExp): Made {
  const { registry } = world;
  return {
    broken: { registry, args: ["--pod", pod] },
    control: { registry, args: ["--pod", `${world.namespaces.team}/fine`] },
    says,
  };
}
