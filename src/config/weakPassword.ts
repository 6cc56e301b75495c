import { isHtpasswdEntry } from "../zot/htpasswd";
import { ConfigError } from "./problem";
import type { StackConfig } from "./stack";
import { pathText } from "./words";

/**
 * Characters of a password that people choose (OWASP ASVS 4.0, 2.1.1). Zot locks nobody out: a second of waiting for each wrong
 * one is all that stands between a gateway and whoever guesses.
 */
const shortest = 12;

const path = pathText(["adminPassword"]);
const rule = `a password of at least ${shortest} characters, or an htpasswd line`;

/** @throws ConfigError for a short password in a stack that is new; never with the password */
export function refuseWeakPassword(config: StackConfig, existing: boolean): void {
  if (existing || !isShort(config)) return;
  throw new ConfigError([
    {
      path,
      found: `a password of fewer than ${shortest} characters, which is not shown`,
      allowed: rule,
      hint: "leave it out, and one is generated: pulumi config rm adminPassword",
    },
  ]);
}

/** The same in a stack that was deployed with it before: a warning at every preview. */
export function weakPasswordWarnings(config: StackConfig, existing: boolean): string[] {
  return existing && isShort(config)
    ? [
        `${path}: it has fewer than ${shortest} characters, and whoever reaches a gateway can guess at it. A new stack would be refused; set ${rule}: pulumi config set --secret adminPassword`,
      ]
    : [];
}

function isShort({ adminPassword: password }: Pick<StackConfig, "adminPassword">): boolean {
  return (
    password !== undefined && !isHtpasswdEntry(password) && Array.from(password).length < shortest
  );
}
