import type { ComponentResource } from "@pulumi/pulumi";

/** Where the resources of one registry stand in a program, and how they are named there. */
export interface Scope {
  /** What they belong to. Absent at the root of a program that is one registry. */
  parent?: ComponentResource;
  /** The name of a resource, by what it is in its registry. */
  named: (part: string) => string;
  /** Whether a URN is of what has the outputs of the registry's deployment. */
  hasOutputs: (urn: string) => boolean;
}

/** The type of the component that is one registry. */
export const fleetRegistryType = "zot-fleet:index:FleetRegistry";

/** The program whose stack file is one registry. */
export const ownScope: Scope = {
  named: (part) => part,
  hasOutputs: (urn) => urn.includes("::pulumi:pulumi:Stack::"),
};

/** Within a component of that name. A URN holds the types of parents and not their names, so two registries need names of their own. */
export const scopeWithin = (parent: ComponentResource, name: string): Scope => ({
  parent,
  named: (part) => `${name}-${part}`,
  hasOutputs: (urn) => urn.endsWith(`${fleetRegistryType}::${name}`),
});

/**
 * The name of a component's child: it begins with the component's name, except where that is the program's own, whose children keep
 * the names that states hold. An alias instead would leave a state that the version before reads as children to delete and to make.
 *
 * @param own the component's name in {@link ownScope}
 */
export const childName = (component: string, own: string, child: string): string =>
  component === own ? child : `${component}-${child}`;
