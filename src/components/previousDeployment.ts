import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { BegunRotations } from "../config/rotation";
import { heldGeneration } from "../resources/verification";
import type { Verification } from "../resources/classes";
import { generationOf, recordedGenerations } from "../zot/generations";
import { registryBefore, releaseType, type PreviousRegistry } from "./previousRegistry";
import { ownScope, type Scope } from "./scope";

/** What the stack's state tells of the deployments before this one. */
export interface PreviousDeployment extends BegunRotations, PreviousRegistry {
  /** Whether one of them ended with its verification: what is forbidden now must not stop such a stack. */
  existing: boolean;
  /** True where the state has the registry's Helm release. */
  release?: true;
}

/**
 * Reads this stack's own state, as it was before this deployment: what a StackReference to itself reads, but as a function, so
 * that neither state nor preview holds it. To be awaited before anything is declared.
 */
export async function previousDeployment(scope: Scope): Promise<PreviousDeployment> {
  const found = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName: ownName(),
  })) as { outputs: Record<string, unknown> };
  return deployedBefore(Object.entries(found.outputs), scope);
}

/**
 * The generation that clients hold after this deployment: of what was verified, not of what is declared, since a deployment of some
 * targets may not have come to it.
 */
export function heldAfter(
  { cluster, results }: Pick<Verification, "cluster" | "results">,
  { held }: PreviousDeployment,
): pulumi.Output<number | undefined> {
  return pulumi
    .all([cluster, results])
    .apply(([around, found]) => heldGeneration({ cluster: around, results: found, held }));
}

/** A backend of files has one organization, and knows the stacks of a project (or, of old, all of them) by their names alone. */
function ownName(): string {
  const [organization, stack] = [pulumi.getOrganization(), pulumi.getStack()];
  return organization === "organization"
    ? stack
    : `${organization}/${pulumi.getProject()}/${stack}`;
}

const verification = z.looseObject({
  type: z.literal("pulumi-nodejs:dynamic/zot-fleet:Verification"),
  outputs: z.looseObject({
    cluster: z.looseObject({ pullSecret: z.looseObject({ username: z.string() }) }),
    results: z.array(z.looseObject({ status: z.enum(["passed", "warning", "failed", "skipped"]) })),
    held: z.int().nullish(),
  }),
});

const rotation = z.looseObject({
  type: z.literal("pulumi-nodejs:dynamic/zot-fleet:Rotation"),
  outputs: z.looseObject({
    rotation: z.int(),
    keepPrevious: z.boolean(),
    keep: z.array(z.int()).nullish(),
  }),
});

/** Those of the last program that came to its end. */
const told = z.looseObject({
  outputs: z.looseObject({
    held: z.int().nullish(),
    // Of stacks that were deployed before `held` was told.
    ci: z.looseObject({ username: z.string() }).nullish(),
  }),
});

/** What a state's resources, with their outputs by URN, tell of the deployments before. */
export function deployedBefore(
  resources: readonly (readonly [urn: string, resource: unknown])[],
  { named, hasOutputs }: Pick<Scope, "named" | "hasOutputs"> = ownScope,
): PreviousDeployment {
  const isNamed = (urn: string, part: string) => urn.endsWith(`::${named(part)}`);
  const verified = resources.map(([urn, each]) => {
    const { data } = verification.safeParse(each);
    if (data === undefined || !isNamed(urn, "registry")) return undefined;
    const { cluster, results, held } = data.outputs;
    return heldGeneration({ cluster, results, held: held ?? undefined });
  });
  const outputs = resources.map(([urn, each]) => {
    const { held, ci } = (hasOutputs(urn) ? told.safeParse(each).data?.outputs : undefined) ?? {};
    return held ?? (ci ? generationOf(ci.username) : undefined);
  });
  // A destroy that stopped has taken the verification first.
  const held = [...verified, ...outputs].find((found) => found !== undefined);
  const [begun] = resources.flatMap(([urn, each]) => {
    const { data } = rotation.safeParse(each);
    if (data === undefined || !isNamed(urn, "rotation")) return [];
    const { keep, ...rest } = data.outputs;
    return [recordedGenerations(keep ? { ...rest, keep } : rest)];
  });
  return {
    existing: held !== undefined,
    ...(held === undefined ? {} : { held }),
    ...(begun === undefined ? {} : { begun }),
    ...(resources.some(([urn]) => urn.endsWith(`${releaseType}::${named("zot")}`))
      ? { release: true }
      : {}),
    ...registryBefore(resources, named),
  };
}
