import type { Input } from "@pulumi/pulumi";
import type { StackConfig } from "../config/stack";

/** The keys of a stack file whose values are secret. */
export type SecretKey =
  | "adminPassword"
  | "deliveryTokens"
  | "oidcClientSecret"
  | "redisPassword"
  | "s3Credentials"
  | "sourcePasswords"
  | "upstreamPasswords";

/** A secret that may be known later only; of several, which there are is known. */
export type SecretInput<T> = T extends string
  ? Input<string>
  : { [Key in keyof T]: T[Key] extends string ? Input<string> : T[Key] };

/** A stack file with its defaults filled in, whose secrets may come from elsewhere. */
export type DeploymentConfig = Omit<StackConfig, SecretKey> & {
  [Key in SecretKey]?: SecretInput<NonNullable<StackConfig[Key]>> | undefined;
};
