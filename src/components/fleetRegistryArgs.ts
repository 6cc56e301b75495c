import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { OldApiKey, OldStackKeys } from "../config/oldWords";
import { parseStackConfig, secretKeys, type stackSchema } from "../config/stack";
import { inProject } from "../system/projectFolder";
import type { DeploymentConfig, SecretInput, SecretKey } from "./deploymentConfig";
import { imagesToDeploy } from "./imagesToDeploy";
import { readLocks } from "../seeding/readLocks";
import type { ImageToDeploy } from "./seededImages";
import { warn } from "./todaysWords";

type Today = z.input<typeof stackSchema>;

type StackFile = Omit<Today, "apiKeys"> &
  OldStackKeys & {
    apiKeys?: (NonNullable<Today["apiKeys"]>[number] & OldApiKey)[] | undefined;
  };

/**
 * What a stack file says, key by key, with the same defaults and rules (docs/reference/stack-file.md). Its secrets may be Outputs. All
 * else is plain: a preview names it, and it decides which resources there are.
 */
export type FleetRegistryArgs = Omit<StackFile, SecretKey> & {
  [Key in SecretKey]?: SecretInput<NonNullable<StackFile[Key]>> | undefined;
};

/** Stands for a secret that is known later, where the rules between keys ask whether there is one. */
const knownLater = "a secret that is known later";

/**
 * The arguments with their defaults, and the images that they seed, by the locks of the project.
 *
 * @throws ConfigError with everything that is wrong, never with a secret
 */
export function readFleetRegistryArgs(args: FleetRegistryArgs): {
  config: DeploymentConfig;
  images: ImageToDeploy[];
} {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  const parsed = parseStackConfig(
    Object.fromEntries(
      given.map(([key, value]) => [key, secretKeys.has(key) ? withoutOutputs(value) : value]),
    ),
    [],
    warn,
  );
  const secrets = Object.fromEntries(given.filter(([key]) => secretKeys.has(key)));
  const images = imagesToDeploy(parsed.seeds, readLocks(inProject(".")), parsed);
  return {
    config: { ...parsed, ...secrets },
    images: images.map((image) => withPassword(image, args.sourcePasswords)),
  };
}

function withoutOutputs(value: unknown): unknown {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return knownLater;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withoutOutputs(each)]),
  );
}

function withPassword(
  image: ImageToDeploy,
  passwords: FleetRegistryArgs["sourcePasswords"] = {},
): ImageToDeploy {
  const { sourceCredentials, promoted } = image;
  const password = passwords[promoted?.source ?? ""];
  return sourceCredentials === undefined || password === undefined
    ? image
    : { ...image, sourceCredentials: { ...sourceCredentials, password } };
}
